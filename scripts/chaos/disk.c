/*
 * Loaded before libc (LD_PRELOAD), it makes the disk under SQLite's files full or slow while the program runs. The file named
 * by CHAOS_DISK says which: `full`, `slow`, `hang` (nothing is answered until it says something else), `kill N` (the process dies by SIGKILL at the N-th write from then on, 0 being the
 * first), or anything else for a sound disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <unistd.h>

static char text[32];
static int writes;

static char mode(void) {
  const char *path = getenv("CHAOS_DISK");
  if (path == NULL) return 'n';
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (fd < 0) return 'n';
  long length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  text[length > 0 ? length : 0] = 0;
  return length > 0 ? text[0] : 'n';
}

static int is_database(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, ".db") != NULL;
}

static void wait_if_hung(int fd) {
  if (mode() != 'h' || !is_database(fd)) return;
  while (mode() == 'h') usleep(50000);
}

static int refuses(int fd) {
  wait_if_hung(fd);
  char now = mode();
  if ((now != 'f' && now != 'k') || !is_database(fd)) return 0;
  if (now == 'k') {
    if (writes++ == atoi(text + 5)) kill(getpid(), SIGKILL);
    return 0;
  }
  errno = ENOSPC;
  return 1;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (real == NULL) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return refuses(fd) ? -1 : real(fd, data, bytes, at);
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return refuses(fd) ? -1 : real(fd, data, bytes, at);
}

ssize_t write(int fd, const void *data, size_t bytes) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return refuses(fd) ? -1 : real(fd, data, bytes);
}

static void wait_if_slow(int fd) {
  wait_if_hung(fd);
  if (mode() == 's' && is_database(fd)) usleep(200000);
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  wait_if_slow(fd);
  return real(fd);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  wait_if_slow(fd);
  return real(fd);
}

int statfs(const char *path, struct statfs *found) {
  REAL(int, "statfs", const char *, struct statfs *);
  int answer = real(path, found);
  if (answer == 0 && mode() == 'f') found->f_bavail = found->f_bfree = 0;
  return answer;
}

int statfs64(const char *path, struct statfs64 *found) {
  REAL(int, "statfs64", const char *, struct statfs64 *);
  int answer = real(path, found);
  if (answer == 0 && mode() == 'f') found->f_bavail = found->f_bfree = 0;
  return answer;
}
