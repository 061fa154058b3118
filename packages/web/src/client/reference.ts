import '../style/site.css'
import '../style/parts.css'
import '../style/reference.css'
import { enableCopying } from './copy.ts'
import { enableFilter } from './filter.ts'
import { enablePath } from './path.ts'
import { enableSearch } from './search.ts'

enableCopying()
enableFilter()
enablePath()
void enableSearch()
