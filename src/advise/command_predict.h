// For command_advice.c: the prediction of each way, and where another one wins.
#ifndef TVP_ADVISE_COMMAND_PREDICT_H
#define TVP_ADVISE_COMMAND_PREDICT_H

#include "advise/command_advice.h"

/// Of a command_advice that is described. Returns 0 or -ENOMEM with a message.
int command_predict(struct command_advice *advice);
/// Of one that is ranked. Returns 0 or -ENOMEM with a message.
int command_find_flips(struct command_advice *advice);

#endif
