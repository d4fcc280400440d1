package io.iommuledger.lifecycle.evidence;

import java.util.HashMap;
import java.util.Map;

/**
 * An error number of the Linux kernel, by name. Numbers of include/uapi/asm-generic/errno-base.h and errno.h, which
 * x86-64 and arm64 share; one that is not in the table keeps its number and is named {@code E} and the number.
 */
public record Errno(int number) {

    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOENT = new Errno(2);
    public static final Errno EINTR = new Errno(4);
    public static final Errno EIO = new Errno(5);
    public static final Errno ENXIO = new Errno(6);
    public static final Errno EBADF = new Errno(9);
    public static final Errno EAGAIN = new Errno(11);
    public static final Errno ENOMEM = new Errno(12);
    public static final Errno EACCES = new Errno(13);
    public static final Errno EFAULT = new Errno(14);
    public static final Errno EBUSY = new Errno(16);
    public static final Errno EEXIST = new Errno(17);
    public static final Errno ENODEV = new Errno(19);
    public static final Errno ENOTDIR = new Errno(20);
    public static final Errno EISDIR = new Errno(21);
    public static final Errno EINVAL = new Errno(22);
    public static final Errno ENFILE = new Errno(23);
    public static final Errno EMFILE = new Errno(24);
    public static final Errno ENOTTY = new Errno(25);
    public static final Errno ETXTBSY = new Errno(26);
    public static final Errno ENOSPC = new Errno(28);
    public static final Errno EROFS = new Errno(30);
    public static final Errno EPIPE = new Errno(32);
    public static final Errno ERANGE = new Errno(34);
    public static final Errno EDEADLK = new Errno(35);
    public static final Errno ENAMETOOLONG = new Errno(36);
    public static final Errno ELOOP = new Errno(40);
    public static final Errno EOVERFLOW = new Errno(75);
    public static final Errno EBADFD = new Errno(77);
    public static final Errno EMSGSIZE = new Errno(90);
    public static final Errno EOPNOTSUPP = new Errno(95);
    public static final Errno EADDRINUSE = new Errno(98);

    private static final Map<Integer, String> NAMES = names();

    /** {@code EINVAL}, or {@code E131} for a number without a name here. */
    public String symbol() {
        return NAMES.getOrDefault(number, "E" + number);
    }

    @Override
    public String toString() {
        return symbol() + " (" + number + ")";
    }

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        for (var constant : Errno.class.getFields()) {
            if (constant.getType() == Errno.class) {
                try {
                    names.put(((Errno) constant.get(null)).number(), constant.getName());
                } catch (IllegalAccessException e) {
                    throw new LinkageError("public constant " + constant.getName() + " is not readable", e);
                }
            }
        }
        return Map.copyOf(names);
    }
}
