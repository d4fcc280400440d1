package io.iommuledger.lab;

/** What a command in the guest printed, standard output and error together, and its exit code. */
public record Answer(int exitCode, String output) {}
