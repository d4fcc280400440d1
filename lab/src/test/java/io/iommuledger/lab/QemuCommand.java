package io.iommuledger.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** QEMU's command line: a PC with an Intel IOMMU and, behind a root port each, the devices that VFIO is given. */
final class QemuCommand {
    /** No guest outlives this, whatever became of the test that started it. */
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private static final int ROOT_PORTS = 5;

    private QemuCommand() {}

    static List<String> of(Path kernel, Path initrd, Path console, Path serial) {
        List<String> command = new ArrayList<>(List.of("timeout", "--kill-after=5", LIFETIME.toSeconds() + "s"));
        command.addAll(
                List.of("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
        command.addAll(machine());
        command.addAll(List.of("-kernel", kernel.toString(), "-initrd", initrd.toString()));
        // On a busy host an emulated timer can be too late for the kernel's check of it, which then panics.
        command.addAll(List.of("-append", "console=ttyS0 intel_iommu=on,sm_off quiet panic=-1 no_timer_check"));
        command.addAll(chardev("file,id=console,append=on", console));
        command.addAll(chardev("socket,id=commands", serial));
        command.addAll(List.of("-serial", "chardev:console", "-serial", "chardev:commands"));
        command.addAll(ownNetwork());
        command.addAll(devices());
        return command;
    }

    /** TCG emulates: no KVM. One CPU: on a small host two guests of two CPUs each hold each other up. */
    private static List<String> machine() {
        return words("""
                -machine q35,accel=tcg,kernel-irqchip=split -cpu max -smp 1 -m 1280
                -device intel-iommu,intremap=on,caching-mode=on
                """);
    }

    private static List<String> chardev(String options, Path path) {
        return List.of("-chardev", options + ",path=" + path.toString().replace(",", ",,"));
    }

    /** On the root bus, at the end of it, so that the bus numbers below stay as they are. */
    private static List<String> ownNetwork() {
        return words("-netdev user,id=own -device virtio-net-pci,netdev=own,bus=pcie.0,addr=0x1e,romfile=");
    }

    private static List<String> devices() {
        Stream<String> ports = Stream.iterate(1, i -> i + 1)
                .limit(ROOT_PORTS)
                .flatMap(i -> Stream.of("-device", "pcie-root-port,id=rp%d,chassis=%d,slot=%d".formatted(i, i, i)));
        Stream<String> behindThem = words("""
                -object memory-backend-ram,id=m0,size=1M,share=on
                -object memory-backend-ram,id=m1,size=1M,share=on
                -object memory-backend-ram,id=m2,size=1M,share=on
                -device ivshmem-plain,memdev=m0,bus=rp1,addr=0.0,multifunction=on
                -device ivshmem-plain,memdev=m1,bus=rp1,addr=0.1
                -drive if=none,id=disk,file=null-co://,format=raw -device nvme,drive=disk,serial=lab,bus=rp2
                -netdev user,id=peer,restrict=on -device e1000e,netdev=peer,bus=rp3,romfile=
                -device edu,bus=rp4,dma_mask=0xffffffffffff
                -device ivshmem-plain,memdev=m2,bus=rp5
                """).stream();
        return Stream.concat(ports, behindThem).toList();
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
