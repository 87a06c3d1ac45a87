package dev.tenon.examples.springboot;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.dashboard.JobEventStreams;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starts reports, for the page in {@code static/index.html}. */
@RestController
class ReportController {

  private final ShopJobs jobs;
  private final JobEventStreams streams;

  ReportController(ShopJobs jobs, JobEventStreams streams) {
    this.jobs = jobs;
    this.streams = streams;
  }

  /** A report that was started, and the token that lets a browser follow it. */
  record Started(UUID job, String token) {}

  @PostMapping("/reports")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Started start(@RequestParam String customer) {
    // An application that has users checks here whether this one may see these orders
    UUID job =
        jobs.ordersReport().submit(new OrdersReport(customer), SubmitOptions.by(customer)).jobId();
    return new Started(job, streams.token(job));
  }
}
