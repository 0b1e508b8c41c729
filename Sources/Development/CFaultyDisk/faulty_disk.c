#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "disk.h"

pthread_mutex_t disks_lock = PTHREAD_MUTEX_INITIALIZER;

static disk *disks;
static int64_t last_number;
static pthread_cond_t all_closed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

disk *disk_of(const char *path) {
  disk *d = disks;
  while (d != NULL && (d->removed || strncmp(path, d->folder, d->folder_length) != 0 ||
                       path[d->folder_length] != '/'))
    d = d->next;
  return d;
}

bool has_power(disk *d, bool *cut) {
  *cut = false;
  if (d->power_is_off) return false;
  d->operations++;
  if (d->cut_after == NEVER) return true;
  if (d->cut_after-- > 0) return true;
  d->power_is_off = *cut = true;
  return false;
}

bool fails_once(disk *d, canteen_disk_request request) {
  if (d->fail_after[request] == NEVER) return false;
  return d->fail_after[request]-- == 0;
}

static void plan_nothing(disk *d) {
  d->cut_after = NEVER;
  for (int i = 0; i < REQUESTS; i++) d->fail_after[i] = NEVER;
}

static void free_disk(disk *d) {
  disk **link = &disks;
  while (*link != d) link = &(*link)->next;
  *link = d->next;
  for (kept_file *f = d->files, *next; f != NULL; f = next) {
    next = f->next;
    free_kept(f);
  }
  free(d);
}

void handle_opened(disk *d, kept_file *f) {
  f->handles++;
  d->handles++;
}

void handle_closed(disk *d, kept_file *f) {
  f->handles--;
  let_go(f);
  if (--d->handles > 0) return;
  pthread_cond_broadcast(&all_closed);
  if (d->removed) free_disk(d);
}

static void remove_shared_memory(const disk *d) {
  DIR *folder = opendir(d->folder);
  if (folder == NULL) return;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const size_t length = strlen(entry->d_name);
    if (length > 4 && strcmp(entry->d_name + length - 4, "-shm") == 0)
      unlinkat(dirfd(folder), entry->d_name, 0);
  }
  closedir(folder);
}

int32_t canteen_faulty_disk_insert(const char *folder, int64_t *number) {
  pthread_once(&once, become_default_vfs);
  char *whole = realpath(folder, NULL);
  if (whole == NULL) return -errno;
  disk *d = must(calloc(1, sizeof *d + strlen(whole) + 1));
  strcpy(d->folder, whole);
  d->folder_length = strlen(whole);
  free(whole);
  plan_nothing(d);
  pthread_mutex_lock(&disks_lock);
  *number = d->number = ++last_number;
  d->next = disks;
  disks = d;
  pthread_mutex_unlock(&disks_lock);
  return 0;
}

/* Takes the lock; the caller gives it back. */
static disk *locked(int64_t number) {
  pthread_mutex_lock(&disks_lock);
  disk *d = disks;
  while (d != NULL && d->number != number) d = d->next;
  if (d == NULL) abort();
  return d;
}

#define WITH_DISK(number, statement)  \
  disk *d = locked(number);           \
  statement;                          \
  pthread_mutex_unlock(&disks_lock)

int64_t canteen_faulty_disk_operations(int64_t number) {
  WITH_DISK(number, const int64_t operations = d->operations);
  return operations;
}

void canteen_faulty_disk_set_full(int64_t number, bool full) { WITH_DISK(number, d->full = full); }

bool canteen_faulty_disk_is_full(int64_t number) {
  WITH_DISK(number, const bool full = d->full);
  return full;
}

void canteen_faulty_disk_set_read_only(int64_t number, bool only) { WITH_DISK(number, d->read_only = only); }

bool canteen_faulty_disk_is_read_only(int64_t number) {
  WITH_DISK(number, const bool only = d->read_only);
  return only;
}

void canteen_faulty_disk_fail_once(int64_t number, canteen_disk_request request, int64_t after) {
  WITH_DISK(number, d->fail_after[request] = after);
}

void canteen_faulty_disk_remove(int64_t number) {
  disk *d = locked(number);
  d->removed = true;
  if (d->handles == 0) free_disk(d);
  pthread_mutex_unlock(&disks_lock);
}

void canteen_faulty_disk_cut_power(int64_t number, int64_t operations, bool some_survive, uint64_t seed) {
  disk *d = locked(number);
  d->power_is_off = operations < 0;
  d->cut_after = operations < 0 ? NEVER : operations;
  d->some_survive = some_survive;
  d->random = seed;
  pthread_mutex_unlock(&disks_lock);
}

int32_t canteen_faulty_disk_restore_power(int64_t number, int32_t seconds) {
  disk *d = locked(number);
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += seconds;
  int waited = 0;
  while (d->handles > 0 && waited == 0) waited = pthread_cond_timedwait(&all_closed, &disks_lock, &until);
  int32_t status = d->handles > 0 ? -EBUSY : 0;
  if (status == 0) {
    for (kept_file *f = d->files; f != NULL && d->power_is_off && status == 0; f = f->next) status = survive(d, f);
    if (d->power_is_off) remove_shared_memory(d);
    d->power_is_off = false;
    plan_nothing(d);
  }
  pthread_mutex_unlock(&disks_lock);
  return status;
}
