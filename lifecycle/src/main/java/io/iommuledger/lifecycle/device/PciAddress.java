package io.iommuledger.lifecycle.device;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Domain, bus, device and function of a PCI function, written {@code 0000:3b:00.0}.
 *
 * @param domain   0 to 0xffff (Linux allows more than 16 bits for virtual host bridges; VFIO names do not)
 * @param bus      0 to 0xff
 * @param device   0 to 0x1f
 * @param function 0 to 7
 */
public record PciAddress(int domain, int bus, int device, int function) implements Comparable<PciAddress> {

    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F]{4}):([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");

    public PciAddress {
        if (domain >>> 16 != 0 || bus >>> 8 != 0 || device >>> 5 != 0 || function >>> 3 != 0) {
            throw new IllegalArgumentException("no PCI address: domain=%x, bus=%x, device=%x, function=%x"
                    .formatted(domain, bus, device, function));
        }
    }

    /** @throws IllegalArgumentException if the text is not of the form {@code 0000:3b:00.0} */
    public static PciAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a PCI address: '" + text + "'; expected domain:bus:device.function,"
                    + " for example 0000:3b:00.0");
        }
        return new PciAddress(hex(form, 1), hex(form, 2), hex(form, 3), hex(form, 4));
    }

    /** The four parts in one int, in the order of the written form: a key that sorts as the text does. */
    public int packed() {
        return domain << 16 | bus << 8 | device << 3 | function;
    }

    public static PciAddress unpack(int packed) {
        return new PciAddress(packed >>> 16, packed >>> 8 & 0xff, packed >>> 3 & 0x1f, packed & 7);
    }

    private static int hex(Matcher form, int part) {
        return Integer.parseInt(form.group(part), 16);
    }

    @Override
    public int compareTo(PciAddress other) {
        return Integer.compareUnsigned(packed(), other.packed());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04x:%02x:%02x.%d", domain, bus, device, function);
    }
}
