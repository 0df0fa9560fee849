function words(text: string): Set<string> {
  return new Set(text.split(/\s+/).filter(Boolean));
}

/** The elements that an SVG image may have: shapes, text, paint, clipping and filters. */
export const ELEMENTS = words(`
  svg g defs symbol use title desc style
  path rect circle ellipse line polyline polygon
  text tspan textPath
  linearGradient radialGradient stop pattern clipPath mask marker
  filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
  feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur
  feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence`);

/** The attributes that those elements may have, beside namespaces and references. */
export const ATTRIBUTES = words(`
  id class style version xml:space xml:lang lang role aria-label aria-labelledby aria-hidden
  viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr d points pathLength
  transform transform-origin dx dy rotate textLength lengthAdjust startOffset method spacing side
  offset gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform
  clipPathUnits maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient
  fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
  stroke-miterlimit stroke-dasharray stroke-dashoffset vector-effect paint-order
  color opacity visibility display overflow clip-path clip-rule mask mask-type filter mix-blend-mode isolation
  marker-start marker-mid marker-end stop-color stop-opacity flood-color flood-opacity lighting-color
  color-interpolation color-interpolation-filters shape-rendering text-rendering image-rendering
  font-family font-size font-size-adjust font-stretch font-style font-variant font-weight
  letter-spacing word-spacing text-anchor text-decoration dominant-baseline alignment-baseline
  baseline-shift direction unicode-bidi writing-mode
  filterUnits primitiveUnits in in2 result mode type values tableValues slope intercept amplitude exponent
  operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode preserveAlpha
  surfaceScale diffuseConstant specularConstant specularExponent kernelUnitLength limitingConeAngle
  azimuth elevation z pointsAtX pointsAtY pointsAtZ scale xChannelSelector yChannelSelector
  stdDeviation radius baseFrequency numOctaves seed stitchTiles`);

/** The CSS functions that styles and attributes may use; addresses are dealt with apart. */
export const CSS_FUNCTIONS = words(`
  rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix calc min max clamp var
  matrix translate translatex translatey scale scalex scaley rotate skewx skewy skew
  blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
  cubic-bezier steps linear-gradient radial-gradient conic-gradient polygon circle ellipse inset path not is where
  nth-child nth-of-type`);

/** The CSS rules that a style may use. */
export const CSS_AT_RULES = words('keyframes media');
