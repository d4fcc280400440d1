package io.iommuledger.agent.kernel;

/** A descriptor of {@code /dev/vfio/N}: one IOMMU group; the kernel allows a single opener. */
public record GroupFd(int number) implements Fd {}
