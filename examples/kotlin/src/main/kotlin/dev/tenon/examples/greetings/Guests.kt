package dev.tenon.examples.greetings

import dev.tenon.jobs.SubmitOptions
import java.sql.Connection
import java.util.UUID

/** The guests of a house, each of whom is greeted. */
class Guests(private val jobs: GreetingJobs) {

    /** Registers a guest. If the transaction of the connection is rolled back, there is neither guest nor job. */
    fun arrive(name: String, connection: Connection): UUID {
        connection.prepareStatement("INSERT INTO guests (name) VALUES (?)").use {
            it.setString(1, name)
            it.executeUpdate()
        }
        return jobs.`in`(connection)
            .greetingWrite()
            .submit(GreetingWrite(name), SubmitOptions.by("reception"))
            .jobId()
    }
}
