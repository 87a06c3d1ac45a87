// One check: that a model holds what it promises, or that a broken variant does not.
import { counterexample } from './history.mjs'
import { Model } from './model.mjs'
import { search } from './search.mjs'
import { promises, source, variant } from './sources.mjs'

/** The definition that every model can reach from every state */
const GOAL = 'canEnd'
const MAX_STATES = 2_000_000

/**
 * Checks a model.
 *
 * @returns the number of states, and the problems found, as text
 */
export function checkModel(folder, name, isThorough) {
  const text = source(folder, name, isThorough)
  const model = new Model(name, text)
  const promised = promises(text)
  const { states, actions, violation } = search(model, {
    invariants: promised.map(each => each.name).filter(each => each !== GOAL),
    goal: GOAL,
    maxStates: MAX_STATES,
  })
  const problems = []
  if (violation) {
    problems.push(counterexample(`The model "${name}" is wrong, or Tenon is.`, named(promised, violation.of), violation.history))
  } else {
    const missing = model.actions().filter(action => !actions.has(action))
    if (missing.length > 0) {
      problems.push(`These actions of the model "${name}" never occur: ${missing.join(', ')}`)
    }
  }
  return { states, problems }
}

/**
 * Checks that a broken variant violates what it says.
 *
 * @returns the number of states, the problems found, and the counterexample, as text
 */
export function checkVariant(folder, modelName, name) {
  const text = source(folder, modelName, false)
  const { title, violates, text: broken } = variant(folder, modelName, name, text)
  const { states, violation } = search(new Model(modelName, broken), {
    invariants: violates === GOAL ? [] : [violates],
    goal: violates === GOAL ? GOAL : undefined,
    maxStates: MAX_STATES,
  })
  if (!violation) {
    return { states, problems: [`${modelName}/${name} is broken, and "${violates}" holds all the same.`] }
  }
  return { states, problems: [], history: counterexample(title, named(promises(text), violates), violation.history) }
}

function named(promised, name) {
  const promise = promised.find(each => each.name === name)
  if (!promise) {
    throw new Error(`"${name}" has no comment with the number of a promise`)
  }
  return { ...promise, isGoal: name === GOAL }
}
