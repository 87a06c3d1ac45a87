package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.internal.liveness.CurrentSession;
import dev.tenon.jobs.internal.store.WorkerStore.Application;

/**
 * The identity of a worker.
 *
 * @param id its id
 * @param application the application that it belongs to
 * @param session the session of its process
 */
record WorkerIdentity(String id, Application application, CurrentSession session) {}
