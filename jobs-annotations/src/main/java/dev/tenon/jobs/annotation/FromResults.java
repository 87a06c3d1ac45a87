package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a static method of a payload record: it makes the payload of a workflow's task from the
 * results of the tasks before it. The processor writes a constant for it, by which a workflow names
 * it; the compiler then checks that the tasks before have these results.
 *
 * <pre>{@code
 * @JobType(value = "part.convert", result = ConvertReport.class)
 * public record PartConvert(UUID partId, String format) {
 *
 *   @FromResults
 *   static List<PartConvert> ofClone(CloneReport clone) {
 *     return clone.partIds().stream().map(id -> new PartConvert(id, "task")).toList();
 *   }
 * }
 *
 * var clone = workflow.add(jobs.designClone(), new DesignClone(designId));
 * var parts = workflow.addEach(jobs.partConvert(), PartConvertJob.OF_CLONE, clone);
 * }</pre>
 *
 * <p>The method takes one to three results, in the order of the tasks. The results of many jobs of
 * one type come as a {@code List}, in the order in which these jobs were submitted. If the first
 * parameter is the payload record itself, it is a draft: what was known when the workflow was
 * submitted.
 *
 * <p>It returns the payload; or an {@code Optional} of it, where empty means that the task is not
 * needed; or, from one result, a {@code List} with one payload for each job that the task is to
 * have. It never returns null. It declares no checked exception and has no type parameters, and no
 * other method of the record has its name. It may run more than once and in any process with a
 * worker for the module of the job type, or for an external type in any process that knows it, so
 * it should do nothing but make the payload, for which it has 30 seconds. What it makes is
 * validated as every payload is.
 *
 * <p>A workflow that was submitted has stored the name of the method, so keep the method while such
 * workflows are in progress. If it is {@code @Deprecated}, so is its constant.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface FromResults {}
