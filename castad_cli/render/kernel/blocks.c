/* Lends an encoder's memory to the next one: see blocks.py, which says why.
 *
 * A library's own calls of memalign and free are led here. What is large comes from blocks that are whole mappings of
 * the system; a block that is freed waits for whoever asks for exactly as many bytes. All else goes on to the C library.
 *
 * A call of another library goes through the caller's procedure linkage table, whose entries (DT_JMPREL, see elf(5)) the
 * dynamic linker fills in; they stay writable unless the library was linked with full relocation protection. The same
 * entries serve profilers of memory.
 */
#define EXPORT __attribute__((visibility("default")))

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 1024, LARGE = 1 << 20 };

typedef struct {
    void *at; /* null: a place in the table that is not used */
    size_t bytes;
    int taken;
} Block;

static Block blocks[MOST];
static int count; /* places in the table that have ever been used */
static size_t page;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* A mapping of whole pages that begins at a multiple of a power of two; null where the system has none. */
static void *map_block(size_t alignment, size_t bytes)
{
    size_t more = alignment > page ? alignment : 0;
    if (bytes > SIZE_MAX - more)
        return NULL;
    char *from = mmap(NULL, bytes + more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (from == MAP_FAILED)
        return NULL;
    size_t before = more ? (alignment - (uintptr_t)from % alignment) % alignment : 0;
    if (before)
        munmap(from, before);
    if (more - before)
        munmap(from + before + bytes, more - before);
    return from + before;
}

/* A block of exactly so many bytes that waits, or a new one; null where there is neither. Called with the lock held. */
static void *take_block(size_t alignment, size_t bytes)
{
    int unused = -1;
    for (int i = 0; i < count; i++) {
        Block *block = &blocks[i];
        if (!block->at) {
            unused = i;
        } else if (!block->taken && block->bytes == bytes && (uintptr_t)block->at % alignment == 0) {
            block->taken = 1;
            return block->at;
        }
    }
    if (unused < 0 && count == MOST)
        return NULL;
    void *at = map_block(alignment, bytes);
    if (at)
        blocks[unused < 0 ? count++ : unused] = (Block){at, bytes, 1};
    return at;
}

static void *lent_memalign(size_t alignment, size_t bytes)
{
    if (bytes >= LARGE && bytes <= SIZE_MAX - page && alignment && (alignment & (alignment - 1)) == 0) {
        pthread_mutex_lock(&lock);
        void *at = take_block(alignment, (bytes + page - 1) / page * page);
        pthread_mutex_unlock(&lock);
        if (at)
            return at;
    }
    return memalign(alignment, bytes);
}

static void lent_free(void *at)
{
    if (at && (uintptr_t)at % page == 0) {
        int found = 0;
        pthread_mutex_lock(&lock);
        for (int i = 0; i < count && !found; i++)
            if (blocks[i].at == at) {
                blocks[i].taken = 0;
                found = 1;
            }
        pthread_mutex_unlock(&lock);
        if (found)
            return;
    }
    free(at);
}

typedef struct {
    const char *name; /* how the library's file name begins */
    void **takes, **frees;
} Calls;

/* Whether an entry may be written to: what the dynamic linker protects once it is done may not. */
static int is_writable(const struct dl_phdr_info *object, uintptr_t at)
{
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t from = object->dlpi_addr + part->p_vaddr;
        /* Protection is of whole pages: one that it only begins in stays as it is. */
        if (part->p_type == PT_GNU_RELRO && at >= from / page * page && at < (from + part->p_memsz) / page * page)
            return 0;
    }
    return 1;
}

static int find_calls(struct dl_phdr_info *object, size_t size, void *data)
{
    (void)size;
    Calls *calls = data;
    const char *slash = strrchr(object->dlpi_name, '/');
    const char *file = slash ? slash + 1 : object->dlpi_name;
    if (strncmp(file, calls->name, strlen(calls->name)) != 0)
        return 0;
    const ElfW(Dyn) *entry = NULL;
    for (int i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_DYNAMIC)
            entry = (const ElfW(Dyn) *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
    if (!entry)
        return 0;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    const ElfW(Rela) *jumps = NULL;
    size_t bytes = 0;
    for (; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_PLTREL && entry->d_un.d_val != DT_RELA)
            return 0;
        if (entry->d_tag == DT_SYMTAB)
            symbols = (const ElfW(Sym) *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_STRTAB)
            names = (const char *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_JMPREL)
            jumps = (const ElfW(Rela) *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_PLTRELSZ)
            bytes = entry->d_un.d_val;
    }
    /* musl leaves these as they are in the file: offsets. */
    if (!symbols || !names || !jumps || (uintptr_t)symbols < object->dlpi_addr)
        return 0;
    for (size_t i = 0; i < bytes / sizeof *jumps; i++) {
        const char *name = names + symbols[ELF64_R_SYM(jumps[i].r_info)].st_name;
        void **slot = (void **)(object->dlpi_addr + jumps[i].r_offset);
        if (!is_writable(object, (uintptr_t)slot))
            continue;
        if (strcmp(name, "memalign") == 0)
            calls->takes = slot;
        if (strcmp(name, "free") == 0)
            calls->frees = slot;
    }
    return 1;
}

/* Leads the calls of the loaded library whose file name begins so to here; whether it could. Harmless twice. */
EXPORT int castad_lend(const char *library)
{
    Calls calls = {library, NULL, NULL};
    page = (size_t)sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(find_calls, &calls);
    if (!calls.takes || !calls.frees)
        return 0;
    /* First the one that can tell what is whose. */
    __atomic_store_n(calls.frees, (void *)lent_free, __ATOMIC_SEQ_CST);
    __atomic_store_n(calls.takes, (void *)lent_memalign, __ATOMIC_SEQ_CST);
    return 1;
}

/* Gives free blocks back to the system until no more than so many bytes wait; how many wait then. */
EXPORT int64_t castad_reclaim(int64_t keep)
{
    int64_t waiting = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < count; i++) {
        if (!blocks[i].at || blocks[i].taken)
            continue;
        if (waiting + (int64_t)blocks[i].bytes <= keep) {
            waiting += (int64_t)blocks[i].bytes;
        } else {
            munmap(blocks[i].at, blocks[i].bytes);
            blocks[i].at = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    return waiting;
}

#else
#include <stdint.h>

EXPORT int castad_lend(const char *library)
{
    (void)library;
    return 0;
}

EXPORT int64_t castad_reclaim(int64_t keep)
{
    (void)keep;
    return 0;
}
#endif
