import { hydrate } from 'preact'
import { Explainer } from '../explain/explainer.tsx'
import '../style/site.css'
import '../style/parts.css'
import '../style/explain.css'
import { enableCopying } from './copy.ts'

const root = document.getElementById('explainer')
if (root !== null) hydrate(<Explainer />, root)
enableCopying()
