/* endwell run: the program with the recorder in front of its libssl. */
#include "commands.h"

#include "record/limit.h"
#include "record/names.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define RECORDER "libendwell-record.so"

static int cannot(const char *what, const char *why)
{
    fprintf(stderr, "endwell: %s: %s\n", what, why);
    return CANNOT_RUN;
}

/* Beside this program in a build; below its prefix; where it was to be installed. */
static bool find_recorder(char *path, size_t room)
{
    static const char *const place[] = {"", "/../lib/endwell"};
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    for (size_t i = 0; length > 0 && i < sizeof place / sizeof place[0]; i++) {
        self[length] = '\0';
        char *slash = strrchr(self, '/');
        int n = snprintf(path, room, "%.*s%s/%s", (int)(slash - self), self, place[i], RECORDER);
        if (n > 0 && (size_t)n < room && access(path, R_OK) == 0) {
            return true;
        }
    }
    snprintf(path, room, "%s/%s", ENDWELL_LIBDIR, RECORDER);
    return access(path, R_OK) == 0;
}

static bool find_program(const char *name, char *path, size_t room)
{
    const char *folder = getenv("PATH");
    if (strchr(name, '/') != NULL) {
        snprintf(path, room, "%s", name);
        return true;
    }
    for (; folder != NULL && *folder != '\0'; folder += strspn(folder, ":")) {
        size_t length = strcspn(folder, ":");
        int n = snprintf(path, room, "%.*s/%s", (int)length, folder, name);
        if (n > 0 && (size_t)n < room && access(path, X_OK) == 0) {
            return true;
        }
        folder += length;
    }
    return false;
}

/* Whether a 64-bit program asks for the dynamic loader; scripts and others are not looked into. */
static bool is_static(int fd)
{
    Elf64_Ehdr head;
    Elf64_Phdr part;
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64) {
        return false;
    }
    for (int i = 0; i < head.e_phnum; i++) {
        off_t at = (off_t)head.e_phoff + i * (off_t)sizeof part;
        if (pread(fd, &part, sizeof part, at) != (ssize_t)sizeof part || part.p_type == PT_INTERP) {
            return false;
        }
    }
    return true;
}

/* What no preloaded library can get into is said, not passed over. */
static const char *out_of_reach(const char *program)
{
    char path[PATH_MAX];
    struct stat status;
    const char *why = NULL;
    int fd = find_program(program, path, sizeof path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return NULL;
    }
    if (is_static(fd)) {
        why = "it is linked statically: its calls cannot be recorded";
    } else if (fstat(fd, &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0 &&
               geteuid() != status.st_uid) {
        why = "it is a setuid or setgid program: the loader will not load the recorder";
    } else if (geteuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0) {
        why = "it has file capabilities: the loader will not load the recorder";
    }
    close(fd);
    return why;
}

static void become(const struct options *o, const char *recorder, const char *trace)
{
    const char *others = getenv("LD_PRELOAD");
    char preload[2 * PATH_MAX];
    snprintf(preload, sizeof preload, "%s%s%s", recorder, others != NULL ? ":" : "",
             others != NULL ? others : "");
    if (setenv("LD_PRELOAD", preload, 1) != 0 || setenv("ENDWELL_TRACE", trace, 1) != 0) {
        _exit(CANNOT_RUN);
    }
    signal(SIGXFSZ, o->past_limit);
    signal(SIGCHLD, o->child_ended);
    execvp(o->argument[0], o->argument);
    fprintf(stderr, "endwell: %s: %s\n", o->argument[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

static volatile pid_t program;

static bool is_of_terminal(int number)
{
    return number == SIGINT || number == SIGQUIT;
}

/*
 * Who ends the program by ending us means the program. What the terminal sends, and no process,
 * reaches it without us; we stay to judge.
 */
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (!is_of_terminal(number) || info->si_code <= 0) {
        kill(program, number);
    }
}

static const int passed_on[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGINT, SIGQUIT};
enum { PASSED_ON = sizeof passed_on / sizeof passed_on[0] };
static struct sigaction former[PASSED_ON];

/* Held back until there is a program that they can go to. */
static pid_t start(void)
{
    struct sigaction how = {.sa_sigaction = pass_on, .sa_flags = SA_RESTART | SA_SIGINFO};
    sigset_t held, before;
    sigemptyset(&held);
    for (int i = 0; i < PASSED_ON; i++) {
        sigaddset(&held, passed_on[i]);
    }
    sigprocmask(SIG_BLOCK, &held, &before);
    program = fork();
    for (int i = 0; program > 0 && i < PASSED_ON; i++) {
        sigaction(passed_on[i], &how, &former[i]);
        if (former[i].sa_handler == SIG_IGN) { /* as nohup wants it, of the program as well */
            sigaction(passed_on[i], &former[i], NULL);
        }
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return program;
}

/* Its number is not another one's while signals still go there. */
static int wait_for(pid_t child)
{
    siginfo_t info;
    int status = 0;
    signal(SIGPIPE, SIG_IGN); /* a report that nobody reads leaves no trace behind */
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    for (int i = 0; i < PASSED_ON; i++) {
        sigaction(passed_on[i], &former[i], NULL);
        if (is_of_terminal(passed_on[i])) {
            signal(passed_on[i], SIG_IGN);
        }
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* An absolute path: the program may change its folder. */
static bool name_trace(const struct options *o, char *path, size_t room)
{
    char here[PATH_MAX] = "";
    const char *folder = getenv("TMPDIR");
    bool is_named = o->trace != NULL, is_set = folder != NULL && folder[0] != '\0';
    const char *name = is_named ? o->trace : is_set ? folder : "/tmp";
    bool is_absolute = name[0] == '/';
    if (!is_absolute && getcwd(here, sizeof here) == NULL) {
        return false;
    }
    int n = snprintf(path, room, "%s%s%s%s", here, is_absolute ? "" : "/", name,
                     is_named ? "" : "/endwell-XXXXXX");
    errno = ENAMETOOLONG;
    return n > 0 && (size_t)n < room;
}

/* Servers give up their user, and write to it still. */
static bool begin_trace(int fd)
{
    static const char head[] = TRACE_HEAD "0}\n";
    return fchmod(fd, 0666) == 0 && write(fd, head, sizeof head - 1) == (ssize_t)sizeof head - 1;
}

/* Whatever else it is, judging it may never end. */
static bool is_file(int fd)
{
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        return true;
    }
    errno = EINVAL;
    return false;
}

/* `mode` is what it would have for its owner alone. */
static bool make_trace(const struct options *o, char *path, size_t room, mode_t *mode)
{
    if (!name_trace(o, path, room)) {
        return false;
    }
    int fd = o->trace == NULL
                 ? mkstemp(path)
                 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0) {
        return false;
    }
    struct stat status;
    bool good = is_file(fd) && fstat(fd, &status) == 0 && begin_trace(fd);
    *mode = good ? status.st_mode & 07777 : 0;
    int why = errno;
    good = close(fd) == 0 && good;
    errno = why;
    if (!good && o->trace == NULL) {
        unlink(path);
    }
    return good;
}

/* The program's own, unless it was asked for a verdict: none is no pass then. */
static int exit_status(const struct options *o, int verdict, int own)
{
    if (o->error_exit == 0 || verdict == PASS) {
        return own;
    }
    return verdict == FINDING ? o->error_exit : CANNOT_RUN;
}

/* Why lines are missing, if that is why. */
static void tell_if_full(const char *trace)
{
    struct stat status;
    if (stat(trace, &status) == 0 && status.st_size >= (off_t)trace_limit() << 20) {
        fprintf(stderr,
                "endwell: the trace was full with %ld MB; " TRACE_LIMIT "=MB gives it more\n",
                trace_limit());
    }
}

static int run_recorded(const struct options *o, const struct suppressions *s)
{
    char recorder[PATH_MAX], trace[PATH_MAX] = "";
    mode_t mode;
    if (!find_recorder(recorder, sizeof recorder)) {
        return cannot(recorder, "the recorder is not there; `make install` installs it");
    }
    if (strpbrk(recorder, ": ") != NULL) {
        return cannot(recorder, "LD_PRELOAD cannot name a path with a space or a colon");
    }
    const char *why = out_of_reach(o->argument[0]);
    if (why != NULL) {
        return cannot(o->argument[0], why);
    }
    if (!make_trace(o, trace, sizeof trace, &mode)) {
        return cannot(trace, errno == EINVAL ? "the trace has to be a file" : strerror(errno));
    }
    fflush(NULL);
    pid_t child = start();
    if (child < 0) {
        return cannot("fork", strerror(errno));
    }
    if (child == 0) {
        become(o, recorder, trace);
    }
    int status = wait_for(child);
    tell_if_full(trace);
    if (o->trace != NULL && chmod(trace, mode) != 0) {
        fprintf(stderr, "endwell: %s: %s\n", trace, strerror(errno));
    }
    int verdict = judge_file(o, s, trace, stderr);
    if (o->trace == NULL) {
        unlink(trace);
    }
    return exit_status(o, verdict, status);
}

/* What the judge needs is read before the program has run for nothing. */
int run_program(const struct options *o)
{
    struct suppressions s;
    if (!has_suppressions(o, &s)) {
        return CANNOT_RUN;
    }
    int status = run_recorded(o, &s);
    free_suppressions(&s);
    return status;
}
