package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.store.WorkerStore.Application;

/**
 * The identity of a worker.
 *
 * @param id its id
 * @param application the application that it belongs to
 */
record WorkerIdentity(String id, Application application) {}
