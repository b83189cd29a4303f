/* Loaded before the C library: makes the n-th call that changes (or reads) a file below some folders fail, or has the
 * process get a signal there. A process that is not told so does as ever.
 *
 * A process may also stop for good before the first such call, and from then on run to its end in copies of itself, each
 * with a fault of its own: what comes before the first file is touched is computed once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NONE, FAIL, HALF };

/* A fault as it is asked for: `after` microseconds, unless negative, the copy gets the signal `sent`. */
struct fault { int nth, error, signal, sticky, after, sent; };

static char folders[8192];
static int armed, failure, signal_number, for_ever, readers, asks = -1, answers = -1;
static long wanted, seen;
static char told[1 << 20];
static size_t told_size;

/* Folders are parted by colons; at the n-th call `error` is returned, or the process gets `number`. With `sticky` all
 * later calls that need room fail too, as on a full disk. With `reading` calls that read are counted, and no others. */
void faults_arm(const char *below, long nth, int error, int number, int sticky, int reading) {
    snprintf(folders, sizeof folders, "%s", below);
    wanted = nth, failure = error, signal_number = number, for_ever = sticky, readers = reading;
    seen = 0, told_size = 0, told[0] = 0, armed = 1;
}

void faults_disarm(void) { armed = 0; }

/* Stop before the first call that counts; faults come from one pipe, and how each copy ended goes into the other. */
void faults_stop(int asked, int answered) { asks = asked, answers = answered; }

static void copies(void) {
    int in = asks, out = answers, status = 0;
    struct fault fault;
    asks = -1;
    /* It stands still now: its folder may be put back as it was. */
    syscall(SYS_write, out, &status, sizeof status);
    while (read(in, &fault, sizeof fault) == (ssize_t)sizeof fault) {
        pid_t copy = fork();
        /* A signal to no process would go to all of them. */
        if (copy < 0) _exit(72);
        if (!copy) {
            wanted = fault.nth, failure = fault.error, signal_number = fault.signal, for_ever = fault.sticky;
            for (int file = 1; file < 3; file++) lseek(file, 0, SEEK_SET);
            if (syscall(SYS_ftruncate, 1, 0) || syscall(SYS_ftruncate, 2, 0)) _exit(71);
            return;
        }
        if (fault.after >= 0) {
            usleep(fault.after);
            kill(copy, fault.sent);
        }
        waitpid(copy, &status, 0);
        syscall(SYS_write, out, &status, sizeof status);
    }
    _exit(0);
}

/* One line a call that was counted: what it is, and on which file. */
const char *faults_told(void) { return told; }

static int is_below(const char *path) {
    char list[sizeof folders], *rest = list;
    snprintf(list, sizeof list, "%s", folders);
    for (char *folder; (folder = strsep(&rest, ":"));) {
        size_t size = strlen(folder);
        if (size && !strncmp(path, folder, size) && (path[size] == '/' || !path[size])) return 1;
    }
    return 0;
}

static const char *whole(int folder, const char *path, char *buffer) {
    char base[PATH_MAX], link[64];
    if (path[0] == '/') return path;
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return path;
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t size = readlink(link, base, sizeof base - 1);
        if (size < 0) return path;
        base[size] = 0;
    }
    snprintf(buffer, PATH_MAX + NAME_MAX, "%s/%s", base, path);
    return buffer;
}

static const char *of_open(int file, char *buffer) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, buffer, PATH_MAX - 1);
    if (size < 0) return "";
    buffer[size] = 0;
    return buffer;
}

/* What is to become of a call: nothing, or a failure with `errno` set; a signal is sent here. */
static int due(const char *kind, const char *path, int takes_room, int reads) {
    if (!armed || reads != readers || !is_below(path)) return NONE;
    int before = errno;
    if (asks >= 0) copies();
    seen++;
    int size = snprintf(told + told_size, sizeof told - told_size, "%s %s\n", kind, path);
    if (size > 0 && told_size + size < sizeof told) told_size += size;
    errno = before;
    if (seen != wanted && !(for_ever && takes_room && wanted && seen > wanted)) return NONE;
    if (signal_number) {
        if (strcmp(kind, "write")) {
            kill(getpid(), signal_number);
            return NONE;
        }
        return HALF;
    }
    errno = failure;
    return FAIL;
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define BUFFER char buffer[PATH_MAX + NAME_MAX + 2]

static int opens(const char *path, int folder, int flags) {
    BUFFER;
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    return due("open", whole(folder, path, buffer), flags & O_CREAT, !writes);
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        REAL(name);                                                                                                    \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = mode_of(flags, rest);                                                                            \
        va_end(rest);                                                                                                  \
        return opens(path, AT_FDCWD, flags) ? -1 : real(path, flags, mode);                                            \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                   \
    int name(int folder, const char *path, int flags, ...) {                                                           \
        REAL(name);                                                                                                    \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = mode_of(flags, rest);                                                                            \
        va_end(rest);                                                                                                  \
        return opens(path, folder, flags) ? -1 : real(folder, path, flags, mode);                                      \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *from, size_t size) {
    REAL(write);
    BUFFER;
    if (!armed) return real(file, from, size);
    switch (due("write", of_open(file, buffer), 1, 0)) {
    case HALF:
        real(file, from, size / 2);
        kill(getpid(), signal_number);
        return real(file, (const char *)from + size / 2, size - size / 2) < 0 ? -1 : (ssize_t)size;
    case FAIL: {
        int error = errno;
        if (real(file, from, size / 2) < 0) return -1;
        errno = error;
        return -1;
    }
    default:
        return real(file, from, size);
    }
}

ssize_t read(int file, void *to, size_t size) {
    REAL(read);
    BUFFER;
    return armed && readers && due("read", of_open(file, buffer), 0, 1) ? -1 : real(file, to, size);
}

#define ON_OPEN(name)                                                                                                  \
    int name(int file) {                                                                                               \
        REAL(name);                                                                                                    \
        BUFFER;                                                                                                        \
        return armed && due(#name, of_open(file, buffer), 0, 0) ? -1 : real(file);                                     \
    }
ON_OPEN(fsync)
ON_OPEN(fdatasync)

int close(int file) {
    REAL(close);
    BUFFER;
    int flags = armed ? fcntl(file, F_GETFL) : -1;
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) return real(file);
    int failed = due("close", of_open(file, buffer), 0, 0), error = errno;
    int result = real(file);
    return failed ? (errno = error, -1) : result;
}

int ftruncate(int file, off_t size) {
    REAL(ftruncate);
    BUFFER;
    return armed && due("ftruncate", of_open(file, buffer), 0, 0) ? -1 : real(file, size);
}

int fchmod(int file, mode_t mode) {
    REAL(fchmod);
    BUFFER;
    return armed && due("fchmod", of_open(file, buffer), 0, 0) ? -1 : real(file, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    BUFFER;
    return due("chmod", whole(AT_FDCWD, path, buffer), 0, 0) ? -1 : real(path, mode);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    BUFFER;
    return due("mkdir", whole(AT_FDCWD, path, buffer), 1, 0) ? -1 : real(path, mode);
}

#define ON_PATH(name)                                                                                                  \
    int name(const char *path) {                                                                                       \
        REAL(name);                                                                                                    \
        BUFFER;                                                                                                        \
        return due(#name, whole(AT_FDCWD, path, buffer), 0, 0) ? -1 : real(path);                                      \
    }
ON_PATH(unlink)
ON_PATH(rmdir)

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    BUFFER;
    return due("unlinkat", whole(folder, path, buffer), 0, 0) ? -1 : real(folder, path, flags);
}

#define ON_TWO(name, takes_room)                                                                                       \
    int name(const char *from, const char *to) {                                                                       \
        REAL(name);                                                                                                    \
        BUFFER;                                                                                                        \
        return due(#name, whole(AT_FDCWD, to, buffer), takes_room, 0) ? -1 : real(from, to);                           \
    }
ON_TWO(rename, 0)
ON_TWO(link, 1)
ON_TWO(symlink, 1)

int renameat(int one, const char *from, int other, const char *to) {
    REAL(renameat);
    BUFFER;
    return due("rename", whole(other, to, buffer), 0, 0) ? -1 : real(one, from, other, to);
}

int linkat(int one, const char *from, int other, const char *to, int flags) {
    REAL(linkat);
    BUFFER;
    return due("link", whole(other, to, buffer), 1, 0) ? -1 : real(one, from, other, to, flags);
}
