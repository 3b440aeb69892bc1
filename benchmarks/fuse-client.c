/*
 * Asks a file system as hard as it can; the same program for all sides of benchmarks/fuse. Prints operations (or MiB) per second.
 *
 *   fuse-client random FILE SECONDS       reads of 4 KiB at random places
 *   fuse-client sequential FILE SECONDS   reads of 1 MiB from the beginning to the end, the page cache of the file emptied before each pass
 *   fuse-client again FILE SECONDS        the same, the page cache left as it is
 *   fuse-client stat DIRECTORY SECONDS    status of its files by name, one after the other
 *   fuse-client list DIRECTORY SECONDS    names and status of all its files, as ls -l
 *   fuse-client open FILE SECONDS         opening, a read of 4 KiB, closing
 *   fuse-client without FILE PID          reads while the server PID is stopped: fails, after 10 s, if it is asked nevertheless
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 20] __attribute__((aligned(4096)));

static void fail(const char *what) {
    perror(what);
    exit(70);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int open_file(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0) fail(path);
    return file;
}

/* One burst of work; returns how many operations it was. */
static double random_reads(int file, off_t size) {
    for (int i = 0; i < 200; i++) {
        off_t at = (off_t)(drand48() * (size / 4096)) * 4096;
        if (pread(file, buffer, 4096, at) != 4096) fail("pread");
    }
    return 200;
}

static double sequential_reads(int file, int empty_cache) {
    double bytes = 0;
    ssize_t count;
    if (empty_cache) posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    if (lseek(file, 0, SEEK_SET) != 0) fail("lseek");
    while ((count = read(file, buffer, sizeof buffer)) > 0) bytes += count;
    if (count < 0) fail("read");
    return bytes / (1 << 20);
}

static double list(const char *path, int by_name_only) {
    struct stat status;
    struct dirent *entry;
    double count = 0;
    DIR *directory = opendir(path);
    if (!directory) fail(path);
    while ((entry = readdir(directory))) {
        if (!by_name_only && fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail(entry->d_name);
        count++;
    }
    closedir(directory);
    return count;
}

static double stats(int directory, int files) {
    struct stat status;
    char name[32];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "file-%d", (int)(drand48() * files));
        if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) fail(name);
    }
    return 200;
}

static double opens(const char *path) {
    for (int i = 0; i < 50; i++) {
        int file = open_file(path);
        if (pread(file, buffer, 4096, 0) != 4096) fail("pread");
        close(file);
    }
    return 50;
}

/* Who waits for an answer that a stopped server owes can hardly be killed: so a child has the server go on, whatever comes. */
static int read_without(pid_t server, int file, off_t size) {
    double start = now();
    pid_t waker = fork();
    if (waker < 0) fail("fork");
    if (waker == 0) {
        sleep(10);
        _exit(kill(server, SIGCONT) != 0);
    }
    if (kill(server, SIGSTOP) != 0) fail("kill");
    random_reads(file, size);
    kill(waker, SIGKILL);
    if (kill(server, SIGCONT) != 0) fail("kill");
    return now() - start > 9 ? 70 : 0;
}

int main(int argc, char **argv) {
    struct stat status;
    if (argc != 4) {
        fprintf(stderr, "usage: fuse-client random|sequential|again|stat|list|open PATH SECONDS, or without FILE PID\n");
        return 64;
    }
    int file = open_file(argv[2]);
    if (fstat(file, &status) != 0) fail(argv[2]);
    if (!strcmp(argv[1], "without")) return read_without(atoi(argv[3]), file, status.st_size);
    int files = S_ISDIR(status.st_mode) ? (int)list(argv[2], 1) - 2 : 0;
    if (!strcmp(argv[1], "open")) close(file);
    double start = now(), end = start + atof(argv[3]), done = 0;
    do {
        if (!strcmp(argv[1], "random")) done += random_reads(file, status.st_size);
        else if (!strcmp(argv[1], "sequential")) done += sequential_reads(file, 1);
        else if (!strcmp(argv[1], "again")) done += sequential_reads(file, 0);
        else if (!strcmp(argv[1], "stat")) done += stats(file, files);
        else if (!strcmp(argv[1], "open")) done += opens(argv[2]);
        else done += list(argv[2], 0);
    } while (now() < end);
    printf("%.1f\n", done / (now() - start));
    return 0;
}
