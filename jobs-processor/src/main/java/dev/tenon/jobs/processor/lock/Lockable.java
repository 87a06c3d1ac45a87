package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.WritableJob;
import dev.tenon.jobs.processor.model.WritableSignal;
import dev.tenon.jobs.processor.model.WritableSteps;
import java.util.List;

/**
 * The parts of a module that are compared with the lock file: all that it declares itself, except
 * those with reported faults, and those that were compiled earlier if the compiler does not show
 * all of their annotations. The exceptions stay in the file as they are.
 *
 * @param types its job types
 * @param handlers its handlers with steps, waits or a cursor
 * @param signals its signals
 */
public record Lockable(
    List<WritableJob> types, List<WritableSteps> handlers, List<WritableSignal> signals) {}
