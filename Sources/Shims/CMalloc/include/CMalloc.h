/* glibc's allocator settings, which Swift's own Glibc module leaves out. */
#ifndef CANTEEN_MALLOC_H
#define CANTEEN_MALLOC_H
#include <malloc.h>
#endif
