/* The trace: where it is, and how a line gets there whole. */
#include "record.h"

#include "limit.h"
#include "names.h"
#include "utf8.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FRAMES = 24, OUT_OF_THE_WAY = 900 };

__thread int inside;

static struct {
    char path[PATH_MAX], recorder[PATH_MAX], program[PATH_MAX];
    int fd;
    dev_t device; /* with inode: whether fd is still the trace */
    ino_t inode;
    bool is_told, has_ended, is_marked;
    unsigned lost;
    off_t most; /* bytes */
} trace = {.fd = -1};

const char *trace_path(void)
{
    return trace.path;
}

off_t most_of_trace(void)
{
    return trace.most;
}

const char *recorder_path(void)
{
    return trace.recorder;
}

bool is_trace(int fd)
{
    return fd >= 0 && fd == trace.fd;
}

int trace_descriptor(void)
{
    return trace.fd;
}

/* A number that programs neither count on nor close one by one. */
static int out_of_the_way(int fd)
{
    struct rlimit limit;
    int least = OUT_OF_THE_WAY;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= OUT_OF_THE_WAY) {
        least = (int)limit.rlim_cur / 2;
    }
    int high = fcntl(fd, F_DUPFD_CLOEXEC, least);
    if (high < 0) {
        return fd;
    }
    syscall(SYS_close, fd);
    return high;
}

static bool open_trace(void)
{
    struct stat status;
    int fd = open(trace.path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return false;
    }
    fd = out_of_the_way(fd);
    if (fstat(fd, &status) != 0) {
        syscall(SYS_close, fd);
        return false;
    }
    trace.fd = fd;
    trace.device = status.st_dev;
    trace.inode = status.st_ino;
    return true;
}

/* The program may have closed it, or put something else in its place. */
static bool is_ours(struct stat *status)
{
    return trace.fd >= 0 && fstat(trace.fd, status) == 0 && status->st_dev == trace.device &&
           status->st_ino == trace.inode;
}

static bool is_open(void)
{
    struct stat status;
    return is_ours(&status);
}

/* Open, or open again, and not full. */
static bool has_room(void)
{
    struct stat status;
    return (is_ours(&status) || (open_trace() && is_ours(&status))) && status.st_size < trace.most;
}

void move_trace(void)
{
    int fd = trace.fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, fd + 1);
    if (moved >= 0) {
        trace.fd = moved;
        syscall(SYS_close, fd);
    }
}

/* --- a line ----------------------------------------------------------------------------------- */

void add(struct line *l, const char *format, ...)
{
    va_list arguments;
    if (l->full) {
        return;
    }
    va_start(arguments, format);
    int length = vsnprintf(l->text + l->length, MOST_LINE - l->length, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= MOST_LINE - l->length) {
        l->text[l->length] = '\0';
        l->full = true;
        return;
    }
    l->length += (size_t)length;
}

void add_string(struct line *l, const char *name, const char *value)
{
    char safe[512];
    size_t n = 0;
    while (*value != '\0' && n + 8 < sizeof safe) {
        size_t length = character_at(value);
        if (*value == '"' || *value == '\\') {
            safe[n++] = '\\';
        }
        if (length == 0) {
            n += (size_t)snprintf(safe + n, 7, "\\u%04x", (unsigned char)*value);
        } else {
            memcpy(safe + n, value, length);
            n += length;
        }
        value += length == 0 ? 1 : length;
    }
    safe[n] = '\0';
    add(l, name[0] != '\0' ? ",\"%s\":\"%s\"" : "%s\"%s\"", name, safe);
}

static void start_of(struct line *l, const char *kind)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    l->length = 0;
    l->full = false;
    add(l, "{\"v\":1,\"kind\":\"%s\",\"t\":%lld,\"pid\":%d,\"tid\":%ld", kind,
        (long long)now.tv_sec * 1000000000 + now.tv_nsec, (int)getpid(), (long)syscall(SYS_gettid));
}

void lose_line(void)
{
    __atomic_add_fetch(&trace.lost, 1, __ATOMIC_RELAXED);
}

/* The trace by its descriptor, or by its path, without O_APPEND: to write where something is. */
static int open_in_place(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", trace.fd);
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    return fd >= 0 ? fd : open(trace.path, O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* That a line is missing is seen even if nothing more can be written. */
static void mark_loss(void)
{
    char head[sizeof TRACE_HEAD];
    const off_t length = sizeof head - 1;
    int fd = trace.is_marked ? -1 : open_in_place();
    if (fd < 0) {
        return;
    }
    trace.is_marked = pread(fd, head, (size_t)length, 0) == length &&
                      memcmp(head, TRACE_HEAD, (size_t)length) == 0 &&
                      pwrite(fd, "1", 1, length) == 1;
    syscall(SYS_close, fd);
}

/* Past a limit of the program's on the size of files: the signal would end the program. */
static bool is_written(const struct line *l)
{
    static const struct timespec at_once;
    sigset_t only, before;
    sigemptyset(&only);
    sigaddset(&only, SIGXFSZ);
    if (pthread_sigmask(SIG_BLOCK, &only, &before) != 0) {
        return false;
    }
    bool good = write(trace.fd, l->text, l->length) == (ssize_t)l->length;
    if (!good && sigismember(&before, SIGXFSZ) == 0) {
        sigtimedwait(&only, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

static void put_line(struct line *l)
{
    memcpy(l->text + l->length, "}\n", 3);
    l->length += 2;
    if (!has_room() || !is_written(l)) {
        lose_line();
        mark_loss();
    }
}

/* The first line of a process, and of one that was forked. */
static void tell_process(void)
{
    struct line l;
    trace.is_told = true;
    start_of(&l, "process");
    add(&l, ",\"parent\":%d", (int)getppid());
    add_identity(&l);
    if (trace.program[0] != '\0') {
        add_string(&l, "program", trace.program);
    }
    put_line(&l);
}

void start_line(struct line *l, const char *kind)
{
    if (!trace.is_told) {
        tell_process();
    }
    start_of(l, kind);
}

/* The program itself goes by what it was called with, and servers write over that. */
static const char *file_name(const char *path)
{
    return path != NULL && path[0] == '/' ? path : trace.program;
}

/* Where the call came from: file, offset in it, and the symbol if it has one. */
void add_backtrace(struct line *l)
{
    void *frame[MOST_FRAMES];
    Dl_info here, info;
    int count = backtrace(frame, MOST_FRAMES);
    const char *comma = "";
    if (dladdr((void *)(uintptr_t)&trace, &here) == 0) {
        return;
    }
    add(l, ",\"stack\":[");
    for (int i = 0; i < count; i++) {
        struct line one = {.length = 0, .full = false};
        /* The address of the call and not of what follows it. */
        void *at = (char *)frame[i] - 1;
        if (dladdr(at, &info) == 0 || info.dli_fbase == here.dli_fbase) {
            continue;
        }
        add(&one, "%s[", comma);
        add_string(&one, "", file_name(info.dli_fname));
        add(&one, ",%lu", (unsigned long)((uintptr_t)at - (uintptr_t)info.dli_fbase));
        if (info.dli_sname != NULL) {
            add(&one, ",");
            add_string(&one, "", info.dli_sname);
        }
        add(&one, "]");
        if (one.full || l->length + one.length > MOST_LINE - 2) {
            break;
        }
        add(l, "%s", one.text);
        comma = ",";
    }
    /* Room for this one was left. */
    memcpy(l->text + l->length, "]", 2);
    l->length++;
}

void end_line(struct line *l)
{
    put_line(l);
    unsigned count =
        trace.lost > 0 && is_open() ? __atomic_exchange_n(&trace.lost, 0, __ATOMIC_RELAXED) : 0;
    if (count > 0) {
        struct line lost;
        start_of(&lost, "lost");
        add(&lost, ",\"lines\":%u", count);
        put_line(&lost);
    }
}

/* --- processes -------------------------------------------------------------------------------- */

int recording_process; /* the one whose memory this is */

/* A vfork shares our memory without being us: its few calls before exec are left alone. */
bool is_recording(void)
{
    return inside == 0 && recording_process == getpid();
}

static void in_the_child(void)
{
    recording_process = getpid();
    note_identity();
    trace.is_told = trace.has_ended = false;
    trace.lost = 0; /* the parent tells it */
    share_connections();
}

static void set_path(char *to, const char *from)
{
    if (from[0] != '/' || strlen(from) >= PATH_MAX) {
        to[0] = '\0';
        return;
    }
    memcpy(to, from, strlen(from) + 1);
}

__attribute__((constructor)) static void start_recording(void)
{
    void *frame[2];
    Dl_info info;
    const char *path = getenv("ENDWELL_TRACE");
    int saved = errno;
    if (path == NULL || dladdr((void *)(uintptr_t)&trace, &info) == 0) {
        return;
    }
    if (readlink("/proc/self/exe", trace.program, sizeof trace.program - 1) < 0) {
        trace.program[0] = '\0';
    }
    trace.most = (off_t)trace_limit() << 20;
    set_path(trace.path, path);
    set_path(trace.recorder, info.dli_fname);
    if (trace.path[0] == '\0' || !open_trace()) {
        return;
    }
    inside++;
    backtrace(frame, 2); /* loads what it needs now, not in the midst of a call */
    inside--;
    pthread_atfork(NULL, share_connections, in_the_child);
    recording_process = getpid();
    note_identity();
    errno = saved;
}

void tell_exit(void)
{
    struct line l;
    if ((trace.is_told || trace.lost > 0) && !trace.has_ended && is_recording()) {
        trace.has_ended = true;
        tell_left();
        start_line(&l, "exit");
        add_namespace(&l);
        end_line(&l);
    }
}

__attribute__((destructor)) static void stop_recording(void)
{
    tell_exit();
}
