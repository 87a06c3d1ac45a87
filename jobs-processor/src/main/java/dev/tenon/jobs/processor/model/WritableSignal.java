package dev.tenon.jobs.processor.model;

/**
 * A signal whose definition can be written, even if faults were reported.
 *
 * @param signal its declaration
 * @param value the record, with the upcasters that generated code can call
 */
public record WritableSignal(SignalDeclaration signal, StoredValue value) {}
