package io.iommuledger.agent.kernel;

/** The bytes of the agent's own address space, for scripts that look at what a DMA moved. */
public interface ProcessMemory {
    /** Makes mapped pages read-only or not accessible at all: {@code mprotect}. */
    void protect(long vaddr, long size, boolean readable) throws KernelRefused;

    /** Writes characters of one byte each and a zero byte behind them. */
    void writeText(long vaddr, String text);

    /** The characters of one byte each before the first zero byte, at most as many as given. */
    String readText(long vaddr, int most);

    /** One write of 64 bits, in the machine's byte order. */
    void writeLong(long vaddr, long value);

    long readLong(long vaddr);
}
