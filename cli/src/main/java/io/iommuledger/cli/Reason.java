package io.iommuledger.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Why something cannot be done with a file, which is named beside it. */
public final class Reason {
    private Reason() {}

    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "access is denied";
            case FileSystemException of -> Objects.requireNonNullElse(of.getReason(), of.toString());
            default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
        };
    }
}
