package io.iommuledger.agent.kernel;

/** A descriptor of one device, as {@code VFIO_GROUP_GET_DEVICE_FD} answers it. */
public record DeviceFd(int number) implements Fd {}
