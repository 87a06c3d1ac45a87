package dev.tenon.examples.greetings

import dev.tenon.jobs.JobContext
import dev.tenon.jobs.JobHandler
import dev.tenon.jobs.annotation.JobType

/** Writes greetings. One instance runs all jobs of its type, many of them in parallel. */
@JobType("greeting.write")
class GreetingWriteHandler : JobHandler<GreetingWrite, GreetingWritten> {

    override fun execute(greeting: GreetingWrite, context: JobContext): GreetingWritten {
        context.log().info("Writing to a name of ${greeting.name.length} characters")
        val text = "Hello, ${greeting.name}!"
        return GreetingWritten(text, text.split(" ").size)
    }
}
