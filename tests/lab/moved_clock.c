/* For LD_PRELOAD: the time of day is as far from the real one as the file CARTEIRO_CLOCK says, a 64-bit number of seconds.
 *
 * Only CLOCK_REALTIME moves, as where somebody sets the clock. libfaketime moves, or breaks, what sleeps are counted on too:
 * with Debian 12's (0.9.10) Python's threading.Event.wait never returns.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t *offset;
static char path[4096], library[4096];

static void keep(const char *name, char *value, size_t size) {
    const char *found = getenv(name);
    if (found && strlen(found) < size)
        strcpy(value, found);
}

__attribute__((constructor)) static void open_file(void) {
    keep("CARTEIRO_CLOCK", path, sizeof path);
    keep("LD_PRELOAD", library, sizeof library);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    void *shared = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED)
        offset = shared;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, now);
    if (status == 0 && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *offset;
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec precise;
    int status = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return status;
}

time_t time(time_t *also) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (also)
        *also = now.tv_sec;
    return now.tv_sec;
}

/* The engines' masters clean the environment of what they start; their children shall see the same clock. */
static void pass_on(void) {
    setenv("CARTEIRO_CLOCK", path, 1);
    setenv("LD_PRELOAD", library, 1);
}

int execv(const char *program, char *const words[]) {
    pass_on();
    return execve(program, words, environ);
}

int execvp(const char *program, char *const words[]) {
    pass_on();
    return execvpe(program, words, environ);
}
