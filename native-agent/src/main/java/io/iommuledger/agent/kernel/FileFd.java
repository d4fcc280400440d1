package io.iommuledger.agent.kernel;

/** A descriptor of a file or device node that is not VFIO's. */
public record FileFd(int number) implements Fd {}
