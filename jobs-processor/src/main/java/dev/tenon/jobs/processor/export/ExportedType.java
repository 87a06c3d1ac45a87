package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.Shapes;
import java.util.Optional;
import javax.lang.model.element.TypeElement;

/**
 * A job type in which nothing is wrong.
 *
 * @param job the job type
 * @param source its payload record
 * @param payload the payload with the records it leads to
 * @param result the result with the records it leads to; empty if it is no record
 */
public record ExportedType(
    JobDeclaration job, TypeElement source, Shapes payload, Optional<Shapes> result) {}
