// What a description of a machine is, and why hwloc could not read it.
#include "host/topology_hwloc.h"

#include "base/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool topology_source_is_xml(const char *source)
{
	size_t length = strlen(source);
	return length > 4 && strcmp(source + length - 4, ".xml") == 0;
}

// The format that an XML file says it has: "3.0" of hwloc 3. "" where it says nothing: hwloc 1, or no such file.
static void xml_version(const char *path, char version[16])
{
	char head[4097], *tag = NULL;
	FILE *file = fopen(path, "re");
	size_t length = file ? fread(head, 1, sizeof head - 1, file) : 0;
	head[length] = '\0';
	tag = strstr(head, "<topology ");
	*version = '\0';
	if (tag)
		sscanf(tag, "<topology version=\"%15[0-9.]\"", version);
	if (file)
		fclose(file);
}

// "2.9", which the library says only in what it loads: its interface's version, 2.8, may be that of an earlier one.
static void hwloc_version(char version[16])
{
	hwloc_topology_t any;
	const char *loaded = NULL;
	unsigned interface = hwloc_get_api_version(), major, minor;
	if (hwloc_topology_init(&any))
		any = NULL;
	else if (hwloc_topology_set_synthetic(any, "pu:1") == 0 && hwloc_topology_load(any) == 0)
		loaded = hwloc_obj_get_info_by_name(hwloc_get_root_obj(any), "hwlocVersion");
	if (!loaded || sscanf(loaded, "%u.%u", &major, &minor) != 2) {
		major = interface >> 16;
		minor = interface >> 8 & 0xff;
	}
	snprintf(version, 16, "%u.%u", major, minor);
	if (any)
		hwloc_topology_destroy(any);
}

int topology_source_refuse(const char *source)
{
	char version[16] = "", ours[16];
	if (topology_source_is_xml(source))
		xml_version(source, version);
	else
		return status_say(EINVAL, "\"%s\" is not an hwloc synthetic description like \"pack:2 core:8 pu:2\"", source);
	hwloc_version(ours);
	if (atoi(version) > atoi(ours))
		return status_say(EINVAL,
		                  "\"%s\" was written by hwloc %d, this is %s: write it with `lstopo --export-xml-flags v%d`",
		                  source, atoi(version), ours, atoi(ours));
	return status_say(EINVAL, "\"%s\" is not a complete hwloc XML file", source);
}
