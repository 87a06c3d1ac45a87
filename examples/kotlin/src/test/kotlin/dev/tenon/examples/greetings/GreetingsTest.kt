package dev.tenon.examples.greetings

import dev.tenon.jobs.InvalidPayloadException
import dev.tenon.jobs.SubmitOptions
import dev.tenon.jobs.testing.HandlerTest
import dev.tenon.jobs.testing.JobAssertions.assertThat
import dev.tenon.jobs.testing.TenonExtension
import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.RegisterExtension

class GreetingsTest {

    /** Gives each test a PostgreSQL database and a worker. */
    @RegisterExtension
    @JvmField
    val tenon: TenonExtension = TenonExtension.withWorker(GreetingJobsHandlers(GreetingWriteHandler()))

    @BeforeEach
    fun createTable() {
        tenon.dataSource().connection.use {
            it.createStatement().use { statement -> statement.execute("CREATE TABLE guests (name text)") }
        }
    }

    /** Calls the handler alone, without a database. */
    @Test
    fun greetsByName() {
        val run = HandlerTest.of(GreetingWriteJob.DEFINITION, GreetingWriteHandler()).run(GreetingWrite("Ada"))

        assertThat(run).isCompletedWith(GreetingWritten("Hello, Ada!", 2))
    }

    /** Runs a job as in production. */
    @Test
    fun whoArrivesIsGreeted() {
        val jobs = GreetingJobs(tenon.jobs())

        val id = tenon.dataSource().connection.use {
            it.autoCommit = false
            Guests(jobs).arrive("Ada", it).also { _ -> it.commit() }
        }
        tenon.awaitEnd(id, Duration.ofSeconds(60))

        val greeting = jobs.greetingWrite().find(id).orElseThrow().result().orElseThrow()
        assertEquals("Hello, Ada!", greeting.text)
    }

    @Test
    fun whatIsRolledBackIsNotSubmitted() {
        tenon.dataSource().connection.use {
            it.autoCommit = false
            Guests(GreetingJobs(tenon.jobs())).arrive("Ada", it)
            it.rollback()
        }

        assertThat(tenon.jobs()).submittedNothing()
    }

    /** The constraints of the record hold, whoever creates it. */
    @Test
    fun refusesANameThatIsBlank() {
        val jobs = GreetingJobs(tenon.jobs())

        assertThrows(InvalidPayloadException::class.java) {
            jobs.greetingWrite().submit(GreetingWrite(" "), SubmitOptions.by("test"))
        }
    }
}
