// Histories as text, for people: each step with the variables that it has changed.
import { text } from './text.mjs'

/**
 * Writes a counterexample.
 *
 * @param title what is broken
 * @param promise the promise that is violated, with its name
 * @param history the steps, as the search returns them
 */
export function counterexample(title, promise, history) {
  const values = new Map()
  const steps = history.map(({ action, values: picks, variables }, i) => {
    const changed = variables
      .map(([name, value]) => [name, text(value)])
      .filter(([name, value]) => values.get(name) !== value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
    changed.forEach(([name, value]) => values.set(name, value))
    const given = picks.map(([name, value]) => `${name} = ${text(value)}`).sort().join(', ')
    const head = i === 0 ? 'at the beginning' : given ? `${action} (${given})` : action
    return [`${String(i).padStart(2)}. ${head}`, ...changed.map(([name, value]) => `      ${name}: ${value}`)].join('\n')
  })
  const end = promise.isGoal
    ? `From here, whatever Tenon does, "${promise.name}" is never reached.`
    : `Now "${promise.name}" does not hold.`
  return `${title}\n\nViolated: ${promise.promise}\n\n${steps.join('\n')}\n\n${end}\n`
}
