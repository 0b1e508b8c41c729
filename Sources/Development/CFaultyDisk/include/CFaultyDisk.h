#ifndef CANTEEN_FAULTY_DISK_H
#define CANTEEN_FAULTY_DISK_H

#include <stdbool.h>
#include <stdint.h>

/* Folders whose SQLite files lie on disks that fail when told to. The first one makes a shim over the system's VFS
   the process's default; files elsewhere go straight through it. A disk is known by its number. Any thread may
   call. */

typedef enum {
  CANTEEN_DISK_READ,
  CANTEEN_DISK_WRITE,
  CANTEEN_DISK_SYNC,
} canteen_disk_request;

/* Files opened in `folder` from now on are on this disk; *disk is its number. 0 or -errno. */
int32_t canteen_faulty_disk_insert(const char *folder, int64_t *disk);

/* The folder is an ordinary one again. The disk itself goes when its last file is closed. */
void canteen_faulty_disk_remove(int64_t disk);

/* Writes, syncs, truncations and deletions so far of database, WAL and journal files. */
int64_t canteen_faulty_disk_operations(int64_t disk);

/* After so many more operations the next one is cut: it and all that follow fail. Less than 0: at once.
   Without `some_survive` nothing since a file's last sync survives; with it the seed chooses what does. */
void canteen_faulty_disk_cut_power(int64_t disk, int64_t operations, bool some_survive, uint64_t seed);

/* Waits up to `seconds` until every file is closed, then lets files hold what survived, drops -shm files and takes
   cuts and failures back that have not come. 0, -EBUSY when files stayed open, or the -errno of writing. */
int32_t canteen_faulty_disk_restore_power(int64_t disk, int32_t seconds);

/* Full: writes that make a file longer fail. Read-only: files open for reading only and writes fail. */
void canteen_faulty_disk_set_full(int64_t disk, bool full);
bool canteen_faulty_disk_is_full(int64_t disk);
void canteen_faulty_disk_set_read_only(int64_t disk, bool read_only);
bool canteen_faulty_disk_is_read_only(int64_t disk);

/* After so many more requests of this kind one fails. What a failed sync was to keep is forgotten, as on Linux. */
void canteen_faulty_disk_fail_once(int64_t disk, canteen_disk_request request, int64_t after);

#endif
