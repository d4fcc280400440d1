package io.iommuledger.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Why something cannot be done with a file, which is named beside it. Java's own message is often no more than its name. */
public final class Reason {
    private Reason() {}

    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> missing(none);
            case AccessDeniedException _ -> "access is denied";
            case FileAlreadyExistsException _ -> "it is there already";
            case NotDirectoryException _ -> "it is no folder";
            case FileSystemException of -> Objects.requireNonNullElse(of.getReason(), "the file system refuses it");
            case CharacterCodingException _ -> "it is no text in UTF-8";
            default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
        };
    }

    /** Who wants to write a file is told of the folder: that the file is not there he knows. */
    private static String missing(NoSuchFileException none) {
        return Optional.ofNullable(none.getFile())
                .map(file -> Path.of(file).toAbsolutePath().getParent())
                .filter(folder -> !Files.isDirectory(folder))
                .map(folder -> "there is no folder " + folder)
                .orElse("there is no such file or folder");
    }
}
