// Init of a lab guest: the only program in it. It appends one record to its disk several times a second, each with
// O_DIRECT and flushed, and says on the console which record is safe (ACK). The lab reads the disk afterwards and
// proves with it that no two boots ever wrote side by side and that no acknowledged record is missing.
//
// Record, 512 bytes, little-endian: "HFJ1", u32 length of the VM's name, name (32), boot id (36), u32 0, u64 run,
// u64 sequence in this boot (from 1), u64 slot (its own place on the disk), u64 uptime in nanoseconds, zeros,
// CRC-32 (IEEE 802.3) of the first 508 bytes at 508. The journal ends at the first slot without a valid record.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLOT 512
#define CHUNK (128 * 1024)
#define NAME_LENGTH 32

static const char *MODULES[] = {"virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci",
                                "virtio_blk", "failover", "net_failover", "virtio_net", "evdev", "button", NULL};

struct record {
    char magic[4];
    uint32_t name_length;
    char name[NAME_LENGTH];
    char boot[36];
    uint32_t reserved;
    uint64_t run, sequence, slot, uptime_nanos;
    char zeros[SLOT - 4 - 4 - NAME_LENGTH - 36 - 4 - 32 - 4];
    uint32_t crc;
} __attribute__((packed));

_Static_assert(sizeof(struct record) == SLOT, "a record fills one sector");

static uint32_t crc32(const void *data, size_t length) {
    const uint8_t *byte = data;
    uint32_t crc = 0xFFFFFFFFu;
    while (length--) {
        crc ^= *byte++;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & -(crc & 1));
    }
    return ~crc;
}

// Each line goes out in one write, so that a power cut leaves whole lines but for the last one.
static void say(const char *format, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length++] = '\n';
    if (write(1, line, length) < 0) _exit(1);
}

static void stop_here(const char *what) {
    say("GUEST-FAILED %s: %s", what, strerror(errno));
    for (;;) pause();
}

static uint64_t nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

static void load_modules(void) {
    char path[64];
    for (int i = 0; MODULES[i]; i++) {
        snprintf(path, sizeof path, "/mod/%s.ko", MODULES[i]);
        int file = open(path, O_RDONLY);
        if (file < 0) continue;
        if (syscall(SYS_finit_module, file, "", 0) < 0 && errno != EEXIST) say("GUEST-NOTE module %s: %s", MODULES[i], strerror(errno));
        close(file);
    }
}

// The value of key= on the kernel's command line, or the default.
static void argument(const char *key, char *value, size_t size, const char *otherwise) {
    char line[4096] = "";
    int file = open("/proc/cmdline", O_RDONLY);
    ssize_t length = read(file, line, sizeof line - 1);
    close(file);
    line[length > 0 ? length : 0] = 0;
    snprintf(value, size, "%s", otherwise);
    // The last one counts: the agent adds its own behind what the inventory says.
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
        if (!strncmp(word, key, strlen(key)) && word[strlen(key)] == '=') snprintf(value, size, "%s", word + strlen(key) + 1);
}

static int open_disk(void) {
    for (int attempt = 0; attempt < 2000; attempt++) {
        int disk = open("/dev/vda", O_RDWR | O_DIRECT | O_SYNC);
        if (disk >= 0) return disk;
        usleep(5000);
    }
    stop_here("disk /dev/vda");
    return -1;
}

static int valid(const struct record *record) {
    return !memcmp(record->magic, "HFJ1", 4) && record->crc == crc32(record, SLOT - 4);
}

// The first slot without a valid record.
static uint64_t end_of_journal(int disk, char *chunk) {
    for (uint64_t slot = 0;; slot += CHUNK / SLOT) {
        ssize_t length = pread(disk, chunk, CHUNK, slot * SLOT);
        if (length < 0) stop_here("reading the journal");
        for (ssize_t i = 0; i < length / SLOT; i++) {
            // A sector that is not even marked ends the journal without a checksum over it (emulation is slow).
            const struct record *record = (const struct record *)(chunk + i * SLOT);
            if (memcmp(record->magic, "HFJ1", 4) || !valid(record)) return slot + i;
        }
        if (length < CHUNK) stop_here("the disk is full of journal");
    }
}

static int open_power_button(void) {
    int file = open("/dev/input/event0", O_RDONLY | O_NONBLOCK);
    return file;
}

static void power_off_when_pressed(int button) {
    struct input_event event;
    while (button >= 0 && read(button, &event, sizeof event) == sizeof event)
        if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1) {
            say("GUEST-OFF");
            reboot(RB_POWER_OFF);
        }
}

int main(void) {
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mkdir("/dev", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    mount("dev", "/dev", "devtmpfs", 0, NULL);
    int console = open("/dev/console", O_RDWR);
    dup2(console, 0);
    dup2(console, 1);
    dup2(console, 2);

    static struct record record;
    char name[NAME_LENGTH], run[24], pause_millis[12], boot[37] = "";
    argument("holdfast.vm", name, sizeof name, "?");
    argument("holdfast.run", run, sizeof run, "0");
    argument("holdfast.journal.millis", pause_millis, sizeof pause_millis, "200");
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY);
    if (read(file, boot, 36) != 36) stop_here("boot id");
    close(file);
    say("GUEST-UP vm=%s run=%s boot=%s uptime=%llu", name, run, boot, (unsigned long long)nanos() / 1000000);
    load_modules();

    char *buffer;
    if (posix_memalign((void **)&buffer, 4096, CHUNK)) stop_here("memory");
    int disk = open_disk();
    uint64_t slot = end_of_journal(disk, buffer);
    say("GUEST-READY vm=%s run=%s boot=%s slot=%llu", name, run, boot, (unsigned long long)slot);

    memcpy(record.magic, "HFJ1", 4);
    record.name_length = strlen(name);
    strncpy(record.name, name, NAME_LENGTH - 1);
    memcpy(record.boot, boot, 36);
    record.run = strtoull(run, NULL, 10);
    int button = -1;
    for (uint64_t sequence = 1;; sequence++, slot++) {
        record.sequence = sequence;
        record.slot = slot;
        record.uptime_nanos = nanos();
        record.crc = crc32(&record, SLOT - 4);
        memcpy(buffer, &record, SLOT);
        if (pwrite(disk, buffer, SLOT, slot * SLOT) != SLOT || fdatasync(disk)) stop_here("writing the journal");
        say("ACK %s %llu", boot, (unsigned long long)sequence);
        if (button < 0) button = open_power_button();
        power_off_when_pressed(button);
        usleep(strtoul(pause_millis, NULL, 10) * 1000);
    }
}
