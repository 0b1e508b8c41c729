#ifndef CANTEEN_MEMORY_READ_H
#define CANTEEN_MEMORY_READ_H

#include <stddef.h>
#include <stdint.h>

/* How fast one thread can read memory at all: every way of reading that this machine has. */
#define CANTEEN_MEMORY_READ_WAYS 6

/* Memory of `bytes` bytes, every page written; NULL without memory. */
void *canteen_memory_create(size_t bytes);
void canteen_memory_destroy(void *memory, size_t bytes);

/* Reads all of it in order; `bytes` is cut down to a multiple of 256. Returns 0, or -1 when the machine cannot read
   this way. */
int32_t canteen_memory_read(const void *memory, size_t bytes, uint32_t way);

#endif
