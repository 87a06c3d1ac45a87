package dev.tenon.examples.greetings

import dev.tenon.jobs.runtime.JobsRuntime

/** A worker. The variables name a database, for example `jdbc:postgresql://localhost:5432/greetings`. */
fun main() {
    val environment = System.getenv()
    JobsRuntime.builder()
        .database(
            environment.getValue("GREETINGS_DB_URL"),
            environment.getOrDefault("GREETINGS_DB_USER", "greetings"),
            environment.getOrDefault("GREETINGS_DB_PASSWORD", ""),
        )
        .start()
        .use { runtime ->
            runtime.startWorker(GreetingJobsHandlers(GreetingWriteHandler()))
            runtime.awaitShutdown()
        }
}
