package dev.tenon.jobs.processor.read;

import dev.tenon.jobs.processor.model.BacklogDeclaration;
import dev.tenon.jobs.processor.model.LimitDeclaration;
import dev.tenon.jobs.processor.model.OrderDeclaration;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import dev.tenon.jobs.processor.model.UniqueDeclaration;
import java.util.List;

/** Reads the limits, the bounds, the rules for unique and ordered jobs and the schedules. */
final class FlowReader {

  private FlowReader() {}

  static LimitDeclaration limits(AttributeReader attributes) {
    return new LimitDeclaration(
        attributes.integer("maxConcurrent"),
        attributes.texts("rates"),
        attributes.annotations("limits").stream()
            .map(
                limit ->
                    new LimitDeclaration.ByKey(
                        limit.position(),
                        limit.text("by"),
                        limit.integer("maxConcurrent"),
                        limit.texts("rates")))
            .toList());
  }

  static List<BacklogDeclaration> backlog(AttributeReader attributes) {
    return attributes.annotations("backlog").stream()
        .map(
            backlog ->
                new BacklogDeclaration(
                    backlog.position(),
                    backlog.integer("max"),
                    backlog.text("by"),
                    backlog.constant("whenFull")))
        .toList();
  }

  static List<UniqueDeclaration> unique(AttributeReader attributes) {
    return attributes.annotations("unique").stream()
        .map(
            unique ->
                new UniqueDeclaration(
                    unique.position(),
                    unique.texts("value"),
                    unique.constant("scope"),
                    unique.text("period"),
                    unique.constant("onDuplicate")))
        .toList();
  }

  static List<OrderDeclaration> ordered(AttributeReader attributes) {
    return attributes.annotations("ordered").stream()
        .map(
            ordered ->
                new OrderDeclaration(
                    ordered.position(), ordered.text("by"), ordered.constant("retries")))
        .toList();
  }

  static List<ScheduleDeclaration> schedules(AttributeReader attributes) {
    return attributes.annotations("schedules").stream()
        .map(
            schedule ->
                new ScheduleDeclaration(
                    schedule.position(),
                    schedule.text("name"),
                    schedule.text("cron"),
                    schedule.text("fixedDelay"),
                    schedule.text("zone"),
                    schedule.constant("overlap"),
                    schedule.text("catchUp"),
                    schedule.text("jitter"),
                    schedule.text("payload"),
                    schedule.text("until")))
        .toList();
  }
}
