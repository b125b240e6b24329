/*
 * Loaded before libc (LD_PRELOAD), it kills the program (SIGKILL) in place of its n-th write, sync or truncation of the files
 * whose names contain DEATH_FILES: n is DEATH_AT, and an odd n lets the first half of the bytes through. Counting begins once the file
 * DEATH_ARMED exists; its length is the count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static long count = 0;

static int is_watched(int fd) {
  const char *wanted = getenv("DEATH_FILES");
  if (wanted == NULL) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, wanted) != NULL || strstr(path, ".db") != NULL;
}

/* 0: go on. 1: die, after half of the bytes where there are any. 2: die at once. */
static int fate(int fd) {
  const char *armed = getenv("DEATH_ARMED"), *at = getenv("DEATH_AT");
  if (armed == NULL || at == NULL || !is_watched(fd)) return 0;
  int log = (int)syscall(SYS_openat, AT_FDCWD, armed, O_WRONLY | O_APPEND);
  if (log < 0) return 0;
  pthread_mutex_lock(&counting);
  count += 1;
  int result = count == atol(at) ? (count % 2 == 1 ? 1 : 2) : 0;
  if (syscall(SYS_write, log, ".", 1) != 1) result = 2;
  pthread_mutex_unlock(&counting);
  syscall(SYS_close, log);
  return result;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (real == NULL) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  int fated = fate(fd);
  if (fated == 1) real(fd, data, bytes / 2, at);
  if (fated != 0) die();
  return real(fd, data, bytes, at);
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at) { return pwrite64(fd, data, bytes, at); }

ssize_t write(int fd, const void *data, size_t bytes) {
  REAL(ssize_t, "write", int, const void *, size_t);
  int fated = fate(fd);
  if (fated == 1) real(fd, data, bytes / 2);
  if (fated != 0) die();
  return real(fd, data, bytes);
}

ssize_t writev(int fd, const struct iovec *parts, int many) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  int fated = fate(fd);
  if (fated == 1) real(fd, parts, many / 2);
  if (fated != 0) die();
  return real(fd, parts, many);
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  if (fate(fd) != 0) die();
  return real(fd);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  if (fate(fd) != 0) die();
  return real(fd);
}

int ftruncate64(int fd, off64_t bytes) {
  REAL(int, "ftruncate64", int, off64_t);
  if (fate(fd) != 0) die();
  return real(fd, bytes);
}

int ftruncate(int fd, off_t bytes) { return ftruncate64(fd, bytes); }
