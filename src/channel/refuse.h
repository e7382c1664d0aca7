// Why a channel cannot be opened here, in words a user understands.
#ifndef TVP_CHANNEL_REFUSE_H
#define TVP_CHANNEL_REFUSE_H

/// For open(): `what` failed with the errno `error`. A limit or a lack of this machine becomes -ENOTSUP, with the
/// reason in words, so that the row is skipped; anything else -error, with a message.
int channel_refuse(int error, const char *what);

#endif
