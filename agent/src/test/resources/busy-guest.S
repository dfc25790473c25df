# The busy guest: as guest.S, and it writes 448 KiB of memory at each tick, so that a live migration has to copy them again and again.
# A boot sector that writes a growing number into sector 1 of its disk at each timer tick (18 a second),
# and powers the machine off by ACPI when sector 2 holds anything but 0. Built by:
#   as --32 busy-guest.S -o guest.o && ld -m elf_i386 -Ttext 0x7c00 --oformat binary guest.o -o busy-guest.bin
        .code16
        .globl _start
_start: cli
        xorw %ax, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %ss
        movw $0x7c00, %sp
        sti
        movb %dl, drive
again:  incl 0x8000
        movl 0x8000, %eax
        movw $0x1000, %bx
fill:   movw %bx, %es
        xorw %di, %di
        movw $0x4000, %cx
        cld
        rep stosl
        addw $0x1000, %bx
        cmpw $0x8000, %bx
        jne fill
        movw $0x8000, packet+4
        movb $1, packet+8
        movw $0x4300, %ax
        call disk
        movw $0x8200, packet+4
        movb $2, packet+8
        movw $0x4200, %ax
        call disk
        cmpb $0, 0x8200
        jne off
        hlt
        jmp again
disk:   movb drive, %dl
        movw $packet, %si
        int $0x13
        ret
off:    movw $0x604, %dx
        movw $0x2000, %ax
        outw %ax, %dx
stop:   hlt
        jmp stop
drive:  .byte 0
        .balign 4
packet: .byte 16, 0
        .word 1
        .word 0x8000, 0
        .quad 1
        .org 510
        .word 0xaa55
