// 64-bit objects of this machine's byte order, as dlopen() takes them here.
#include "kernel/plugin/comment.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool read_at(int file, void *out, size_t bytes, Elf64_Off at)
{
	return pread(file, out, bytes, (off_t)at) == (ssize_t)bytes;
}

static bool is_comment(int file, const Elf64_Shdr *section, const Elf64_Shdr *names)
{
	char name[sizeof ".comment"];
	return section->sh_type == SHT_PROGBITS && read_at(file, name, sizeof name, names->sh_offset + section->sh_name) &&
	       memcmp(name, ".comment", sizeof name) == 0;
}

void comment_read(int file, char *out, size_t out_bytes)
{
	Elf64_Ehdr head;
	Elf64_Shdr names, section;
	*out = '\0';
	if (!read_at(file, &head, sizeof head, 0) || head.e_shentsize != sizeof section ||
	    !read_at(file, &names, sizeof names, head.e_shoff + head.e_shstrndx * sizeof names))
		return;
	for (unsigned i = 0; i < head.e_shnum; i++) {
		if (!read_at(file, &section, sizeof section, head.e_shoff + i * sizeof section))
			return;
		if (!is_comment(file, &section, &names))
			continue;
		size_t bytes = section.sh_size < out_bytes - 1 ? section.sh_size : out_bytes - 1;
		ssize_t read_n = pread(file, out, bytes, (off_t)section.sh_offset);
		out[read_n > 0 ? read_n : 0] = '\0';
		return;
	}
}
