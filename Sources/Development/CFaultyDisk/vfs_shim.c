#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "disk.h"

typedef struct {
  sqlite3_file base;
  disk *disk;
  kept_file *kept;
  bool syncs_folder; /* with its next sync */
} handle; /* the real VFS's file follows it */

static sqlite3_vfs *real, shim;

static sqlite3_file *under(sqlite3_file *file) { return (sqlite3_file *)((handle *)file + 1); }

static int close_file(sqlite3_file *file) {
  handle *h = (handle *)file;
  pthread_mutex_lock(&disks_lock);
  const int status = under(file)->pMethods->xClose(under(file));
  handle_closed(h->disk, h->kept);
  pthread_mutex_unlock(&disks_lock);
  return status;
}

static int read_file(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  disk *d = ((handle *)file)->disk;
  pthread_mutex_lock(&disks_lock);
  const int status = d->power_is_off || fails_once(d, CANTEEN_DISK_READ)
                         ? SQLITE_IOERR_READ
                         : under(file)->pMethods->xRead(under(file), bytes, count, offset);
  pthread_mutex_unlock(&disks_lock);
  return status;
}

static int write_file(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  handle *h = (handle *)file;
  disk *d = h->disk;
  const sqlite3_io_methods *to = under(file)->pMethods;
  pthread_mutex_lock(&disks_lock);
  bool cut;
  sqlite3_int64 size = 0;
  int status;
  if (!has_power(d, &cut)) status = SQLITE_IOERR_WRITE;
  else if (d->read_only) status = SQLITE_READONLY;
  else if (fails_once(d, CANTEEN_DISK_WRITE)) status = SQLITE_IOERR_WRITE;
  else if (d->full && to->xFileSize(under(file), &size) == SQLITE_OK && offset + count > size)
    status = SQLITE_FULL;
  else status = to->xWrite(under(file), bytes, count, offset);
  if (status == SQLITE_OK || cut) note(h->kept, WRITTEN, bytes, (size_t)count, (size_t)offset, cut);
  pthread_mutex_unlock(&disks_lock);
  return status;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  handle *h = (handle *)file;
  pthread_mutex_lock(&disks_lock);
  bool cut;
  int status;
  if (!has_power(h->disk, &cut)) status = SQLITE_IOERR_TRUNCATE;
  else if (h->disk->read_only) status = SQLITE_READONLY;
  else status = under(file)->pMethods->xTruncate(under(file), size);
  if (status == SQLITE_OK) note(h->kept, RESIZED, NULL, 0, (size_t)size, false);
  pthread_mutex_unlock(&disks_lock);
  return status;
}

/* The real disk is not asked: its own power is not in question here. */
static int sync_file(sqlite3_file *file, int flags) {
  handle *h = (handle *)file;
  (void)flags;
  pthread_mutex_lock(&disks_lock);
  bool cut;
  int status = SQLITE_OK;
  if (!has_power(h->disk, &cut)) status = SQLITE_IOERR_FSYNC;
  else if (fails_once(h->disk, CANTEEN_DISK_SYNC)) {
    forget_writes(h->kept);
    status = SQLITE_IOERR_FSYNC;
  } else {
    land_all(h->kept);
    if (h->syncs_folder) land_names(h->disk, h->kept);
    h->syncs_folder = false;
  }
  pthread_mutex_unlock(&disks_lock);
  return status;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  pthread_mutex_lock(&disks_lock);
  const bool off = ((handle *)file)->disk->power_is_off;
  pthread_mutex_unlock(&disks_lock);
  return off ? SQLITE_IOERR_FSTAT : under(file)->pMethods->xFileSize(under(file), size);
}

/* A hint about size may make the file longer, which would not be noted. */
static int control_file(sqlite3_file *file, int what, void *with) {
  if (what == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  return under(file)->pMethods->xFileControl(under(file), what, with);
}

/* Atomic batches would go round the writes that are noted. */
static int characteristics(sqlite3_file *file) {
  return under(file)->pMethods->xDeviceCharacteristics(under(file)) & ~SQLITE_IOCAP_BATCH_ATOMIC;
}

#define PASS(name, parameters, ...) \
  static int name##_through parameters { return under(file)->pMethods->name(under(file), ##__VA_ARGS__); }
PASS(xLock, (sqlite3_file *file, int level), level)
PASS(xUnlock, (sqlite3_file *file, int level), level)
PASS(xCheckReservedLock, (sqlite3_file *file, int *out), out)
PASS(xSectorSize, (sqlite3_file *file))
PASS(xShmMap, (sqlite3_file *file, int page, int size, int extend, void volatile **out), page, size, extend, out)
PASS(xShmLock, (sqlite3_file *file, int offset, int count, int flags), offset, count, flags)
PASS(xShmUnmap, (sqlite3_file *file, int delete), delete)
static void barrier(sqlite3_file *file) { under(file)->pMethods->xShmBarrier(under(file)); }

/* Version 2 has no memory mapping, so every write of the database comes through write_file. */
static const sqlite3_io_methods methods = {
    2,                     close_file,      read_file,          write_file,      truncate_file,
    sync_file,             file_size,       xLock_through,      xUnlock_through, xCheckReservedLock_through,
    control_file,          xSectorSize_through, characteristics, xShmMap_through, xShmLock_through,
    barrier,               xShmUnmap_through, NULL, NULL};

static int open_file(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *given) {
  const int noted = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
  (void)vfs;
  pthread_mutex_lock(&disks_lock);
  disk *d = path != NULL && (flags & noted) ? disk_of(path) : NULL;
  if (d == NULL) {
    pthread_mutex_unlock(&disks_lock);
    return real->xOpen(real, path, file, flags, given);
  }
  handle *h = (handle *)file;
  *h = (handle){.disk = d};
  const bool is_new = access(path, F_OK) != 0;
  int status = SQLITE_OK;
  if (d->power_is_off) status = SQLITE_IOERR;
  else if (d->read_only && is_new) status = SQLITE_CANTOPEN;
  else {
    /* As the real VFS does when the disk refuses: SQLite learns of it by *given. */
    if (d->read_only) flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    h->kept = kept(d, path);
    status = real->xOpen(real, path, under(file), flags, given);
  }
  if (status == SQLITE_OK) {
    /* As the real VFS does for the first sync of a journal or log. */
    h->syncs_folder = (flags & SQLITE_OPEN_CREATE) && !(flags & SQLITE_OPEN_MAIN_DB);
    if (is_new) note(h->kept, CREATED, NULL, 0, 0, false);
    h->base.pMethods = &methods;
    handle_opened(d, h->kept);
  } else if (h->kept != NULL) let_go(h->kept);
  pthread_mutex_unlock(&disks_lock);
  return status;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync_folder) {
  (void)vfs;
  pthread_mutex_lock(&disks_lock);
  disk *d = disk_of(path);
  bool cut;
  int status;
  if (d == NULL) status = real->xDelete(real, path, sync_folder);
  else if (!has_power(d, &cut) || d->read_only) status = SQLITE_IOERR_DELETE;
  else {
    kept_file *f = kept(d, path);
    status = real->xDelete(real, path, false);
    if (status == SQLITE_OK) note(f, DELETED, NULL, 0, 0, false);
    if (status == SQLITE_OK && sync_folder) land_names(d, f);
    let_go(f);
  }
  pthread_mutex_unlock(&disks_lock);
  return status;
}

static int look_at(sqlite3_vfs *vfs, const char *path, int flags, int *out) {
  (void)vfs;
  pthread_mutex_lock(&disks_lock);
  const disk *d = disk_of(path);
  const bool off = d != NULL && d->power_is_off;
  pthread_mutex_unlock(&disks_lock);
  return off ? SQLITE_IOERR_ACCESS : real->xAccess(real, path, flags, out);
}

void become_default_vfs(void) {
  real = sqlite3_vfs_find(NULL);
  if (real == NULL) abort();
  shim = *real;
  shim.zName = "canteen-faulty-disk";
  shim.szOsFile += sizeof(handle);
  shim.xOpen = open_file;
  shim.xDelete = delete_file;
  shim.xAccess = look_at;
  if (sqlite3_vfs_register(&shim, true) != SQLITE_OK) abort();
}
