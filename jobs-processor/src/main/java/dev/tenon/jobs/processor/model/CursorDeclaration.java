package dev.tenon.jobs.processor.model;

import java.util.Optional;

/**
 * The cursor of a handler: {@code @ResumesFrom}.
 *
 * @param position the class in the annotation
 * @param written the class, as messages show it
 * @param value the cursor; empty if the class is neither a record nor a sealed interface of records
 */
public record CursorDeclaration(
    SourcePosition position, String written, Optional<StoredValue> value) {}
