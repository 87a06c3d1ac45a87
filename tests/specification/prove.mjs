// Searches all states of each model, and of each broken variant: a model must hold what it promises, and a variant must
// not. ./dev prove calls it.
//
//   node prove.mjs [--quick] [--write] [MODEL...]
//
// --quick searches the models only as far as the variants; --write replaces the counterexamples that are kept.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { modelNames, variantNames } from './lib/sources.mjs'

const folder = process.env.TENON_SPECIFICATION ?? dirname(fileURLToPath(import.meta.url))
const options = process.argv.slice(2).filter(argument => argument.startsWith('--'))
const wanted = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const unknown = [
  ...options.filter(option => !['--quick', '--write'].includes(option)),
  ...wanted.filter(name => !modelNames(folder).includes(name)),
]
if (unknown.length > 0) {
  console.error(`There is no ${unknown[0]}. Usage: ./dev prove [--quick] [--write] [MODEL...]`)
  console.error(`Models: ${modelNames(folder).join(', ')}`)
  process.exit(2)
}
const isThorough = !options.includes('--quick')
const models = wanted.length > 0 ? wanted : modelNames(folder)
// The models first, since they take longest
const checks = [
  ...models.map(model => ({ model, isThorough })),
  ...models.flatMap(model => variantNames(folder, model).map(variant => ({ model, variant }))),
]
const results = inThreads(checks)
let failed = 0
for (const [i, { model, variant }] of checks.entries()) {
  const { states, problems, history } = await results[i]
  if (variant && history) {
    problems.push(...compare(model, variant, history))
  }
  failed += problems.length > 0 ? 1 : 0
  const name = variant ? `  without ${model}/${variant}` : model
  const verdict = problems.length > 0 ? 'FAILED' : variant ? 'refuted' : 'holds'
  console.log(`${name.padEnd(60)} ${verdict.padEnd(8)} ${String(states).padStart(8)} states`)
  problems.forEach(problem => console.log(problem.replace(/^/gm, '    ')))
}
if (wanted.length === 0) {
  failed += removeOthers()
}
process.exit(failed > 0 ? 1 : 0)

/** Makes the checks in as many threads as there are processors, in order. */
function inThreads(all) {
  const open = all.map(check => ({ check }))
  const promises = open.map(each => new Promise(resolve => (each.resolve = resolve)))
  for (let i = 0; i < Math.min(availableParallelism(), all.length); i++) {
    const thread = new Worker(new URL('./lib/worker.mjs', import.meta.url), {
      workerData: { folder }, resourceLimits: { maxOldGenerationSizeMb: 3000 } })
    let current
    const advance = () => {
      current = open.shift()
      if (current) {
        thread.postMessage(current.check)
      } else {
        thread.terminate()
      }
    }
    thread.on('message', result => {
      current.resolve(result)
      advance()
    })
    thread.on('error', error => current.resolve({ states: 0, problems: [error.stack] }))
    advance()
  }
  return promises
}

function place(model, variant) {
  return join(folder, 'counterexamples', model, `${variant}.txt`)
}

/** Compares a counterexample with the one that is kept, or keeps it. */
function compare(model, variant, history) {
  const file = place(model, variant)
  if (options.includes('--write')) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, history)
    return []
  }
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return kept === history ? [] : [`The counterexample is not the one in ${file}. Review it: ./dev prove --write keeps it.\n${history}`]
}

/** Finds counterexamples that belong to no variant, and deletes them if that is wanted. */
function removeOthers() {
  let others = 0
  for (const model of existsSync(join(folder, 'counterexamples')) ? readdirSync(join(folder, 'counterexamples')) : []) {
    const variants = modelNames(folder).includes(model) ? variantNames(folder, model) : []
    for (const file of readdirSync(join(folder, 'counterexamples', model))) {
      const path = join(folder, 'counterexamples', model, file)
      if (variants.includes(file.replace(/\.txt$/, ''))) {
        continue
      }
      if (options.includes('--write')) {
        rmSync(path)
      } else {
        console.log(`${path} belongs to no variant.`)
        others++
      }
    }
  }
  return others
}
