#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"

void *must(void *memory) {
  if (memory == NULL) abort();
  return memory;
}

/* splitmix64, Steele et al. 2014. */
static uint64_t random_below(disk *d, uint64_t bound) {
  uint64_t z = (d->random += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) % bound;
}

static void resize(kept_file *f, size_t size) {
  if (size > f->size) {
    f->bytes = must(realloc(f->bytes, size));
    memset(f->bytes + f->size, 0, size - f->size);
  }
  f->size = size;
}

/* The change reaches the platter; of a write only the first `count` bytes. */
static void land(kept_file *f, const change *c, size_t count) {
  f->exists = c->kind != DELETED;
  if (c->kind == RESIZED) resize(f, c->offset);
  if (c->kind == CREATED || c->kind == DELETED) resize(f, 0);
  if (c->kind != WRITTEN || count == 0) return;
  if (c->offset + count > f->size) resize(f, c->offset + count);
  memcpy(f->bytes + c->offset, c->bytes, count);
}

void note(kept_file *f, change_kind kind, const void *bytes, size_t count, size_t offset, bool torn) {
  change *c = must(malloc(sizeof *c + count));
  *c = (change){.kind = kind, .torn = torn, .offset = offset, .count = count};
  if (count > 0) memcpy(c->bytes, bytes, count);
  if (f->first == NULL) f->first = c;
  else f->last->next = c;
  f->last = c;
}

static void forget_changes(kept_file *f) {
  for (change *c = f->first, *next; c != NULL; c = next) {
    next = c->next;
    free(c);
  }
  f->first = f->last = NULL;
}

void land_all(kept_file *f) {
  for (const change *c = f->first; c != NULL; c = c->next)
    if (!c->forgotten) land(f, c, c->count);
  forget_changes(f);
}

static size_t folder_length(const kept_file *f) { return (size_t)(strrchr(f->path, '/') - f->path); }

static void land_name(kept_file *f) {
  const change *last_name = NULL;
  for (const change *c = f->first; c != NULL; c = c->next)
    if (c->kind == CREATED || c->kind == DELETED) last_name = c;
  /* A file is created before it is written, so what stands before the last name belongs to a file that is gone. */
  for (bool settled = last_name == NULL; !settled;) {
    change *c = f->first;
    settled = c == last_name;
    if (settled) land(f, c, 0);
    f->first = c->next;
    free(c);
  }
  if (f->first == NULL) f->last = NULL;
}

void land_names(disk *d, const kept_file *beside) {
  const size_t length = folder_length(beside);
  for (kept_file *f = d->files; f != NULL; f = f->next)
    if (folder_length(f) == length && strncmp(f->path, beside->path, length) == 0) {
      land_name(f);
      let_go(f);
    }
}

/* How much of a torn write landed: it ends at some sector's edge before its end. */
static size_t first_part(disk *d, const change *c) {
  const size_t first_edge = (c->offset / SECTOR + 1) * SECTOR, end = c->offset + c->count;
  const size_t edges = end > first_edge ? (end - 1 - first_edge) / SECTOR + 1 : 0;
  const uint64_t chosen = random_below(d, edges + 1);
  return chosen == 0 ? 0 : first_edge + (chosen - 1) * SECTOR - c->offset;
}

/* Between none and all of the changes land, in no order that the program asked for. */
static void land_some(disk *d, kept_file *f) {
  const uint64_t quarters = random_below(d, 5);
  for (const change *c = f->first; c != NULL; c = c->next) {
    const bool whole = !c->torn && random_below(d, 4) < quarters;
    /* Without its name, nothing later in the same file can be found. */
    if (!whole && (c->kind == CREATED || c->kind == DELETED)) break;
    if (whole) land(f, c, c->count);
    else if (c->kind == WRITTEN) land(f, c, first_part(d, c));
  }
}

kept_file *kept(disk *d, const char *path) {
  kept_file *f = d->files;
  while (f != NULL && strcmp(f->path, path) != 0) f = f->next;
  if (f == NULL) {
    f = must(calloc(1, sizeof *f + strlen(path) + 1));
    strcpy(f->path, path);
    f->next = d->files;
    d->files = f;
  }
  if (f->known) return f;
  f->known = true;
  resize(f, 0);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  f->exists = fd >= 0;
  struct stat about;
  if (fd < 0) return f;
  if (fstat(fd, &about) != 0) abort();
  resize(f, (size_t)about.st_size);
  if (pread(fd, f->bytes, f->size, 0) != about.st_size) abort();
  close(fd);
  return f;
}

void let_go(kept_file *f) {
  if (f->handles == 0 && f->first == NULL) f->known = false;
}

static int32_t put_back(kept_file *f) {
  if (!f->exists) return unlink(f->path) == 0 || errno == ENOENT ? 0 : -errno;
  const int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return -errno;
  const ssize_t written = f->size == 0 ? 0 : pwrite(fd, f->bytes, f->size, 0);
  const int32_t status = written == (ssize_t)f->size ? 0 : written < 0 ? -errno : -EIO;
  close(fd);
  return status;
}

int32_t survive(disk *d, kept_file *f) {
  if (f->first == NULL) return 0;
  if (d->some_survive) land_some(d, f);
  forget_changes(f);
  f->known = false;
  return put_back(f);
}

void forget_writes(kept_file *f) {
  for (change *c = f->first; c != NULL; c = c->next) c->forgotten |= c->kind == WRITTEN;
}

void free_kept(kept_file *f) {
  forget_changes(f);
  free(f->bytes);
  free(f);
}
