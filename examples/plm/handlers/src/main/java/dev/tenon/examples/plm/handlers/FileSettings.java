package dev.tenon.examples.plm.handlers;

import java.nio.file.Path;

/**
 * The place of the files, which all workers can read and write.
 *
 * @param folder the folder
 */
public record FileSettings(Path folder) {}
