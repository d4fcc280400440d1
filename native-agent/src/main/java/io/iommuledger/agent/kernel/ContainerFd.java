package io.iommuledger.agent.kernel;

/** A descriptor of {@code /dev/vfio/vfio}: one IOMMU address space of type1. */
public record ContainerFd(int number) implements Fd {}
