#ifndef CANTEEN_DISK_H
#define CANTEEN_DISK_H

#include <pthread.h>
#include <stddef.h>

#include "CFaultyDisk.h"

enum { SECTOR = 512, NEVER = -1, REQUESTS = CANTEEN_DISK_SYNC + 1 };

typedef enum { CREATED, WRITTEN, RESIZED, DELETED } change_kind;

/* What a file was told since its last sync. */
typedef struct change {
  struct change *next;
  change_kind kind;
  bool torn;      /* the power failed in the middle of it */
  bool forgotten; /* a sync that was to keep it failed */
  size_t offset;  /* of the bytes, or the new size */
  size_t count;
  uint8_t bytes[];
} change;

/* One file as a power cut would leave it, and what would be lost with it. */
typedef struct kept_file {
  struct kept_file *next;
  int handles;
  bool known; /* the fields below were read from the file and are current */
  bool exists;
  uint8_t *bytes;
  size_t size;
  change *first, *last;
  char path[];
} kept_file;

typedef struct disk {
  struct disk *next;
  int64_t number, operations, cut_after, fail_after[REQUESTS];
  int handles;
  bool removed, power_is_off, some_survive, full, read_only;
  uint64_t random;
  kept_file *files;
  size_t folder_length;
  char folder[];
} disk;

/* Guards every disk; all functions below want it held. */
extern pthread_mutex_t disks_lock;

/* The disk that this path lies on, or NULL. */
disk *disk_of(const char *path);
/* Counts one operation. False when there is no power for it; *cut when the power fails in the middle of it. */
bool has_power(disk *d, bool *cut);
/* True for the one request that is to fail. */
bool fails_once(disk *d, canteen_disk_request request);
void handle_opened(disk *d, kept_file *f);
/* The disk may be gone afterwards. */
void handle_closed(disk *d, kept_file *f);

/* The file's record, read from the file when nobody had it open. */
kept_file *kept(disk *d, const char *path);
/* Someone else may change a file that nobody has open and that owes nothing: it is read again next time. */
void let_go(kept_file *f);
void note(kept_file *f, change_kind kind, const void *bytes, size_t count, size_t offset, bool torn);
/* The file was synced. */
void land_all(kept_file *f);
/* The folder of this file was synced: which files it holds is settled, not what is in them. */
void land_names(disk *d, const kept_file *beside);
/* A sync of the file failed. */
void forget_writes(kept_file *f);
/* Gives the real file what survived a power cut. 0 or -errno. */
int32_t survive(disk *d, kept_file *f);
void free_kept(kept_file *f);

/* A test without memory has nothing left to show. */
void *must(void *memory);

/* Makes the shim the process's default VFS. */
void become_default_vfs(void);

#endif
