"""Pieces of HTML as tables, charts and wording emit them, one of each class."""

from __future__ import annotations

import base64

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 240" width="720" height="240">'
    '<path d="M60 20H560M60 110H560M60 200H560" stroke="#d5d9df"/>'
    '<path d="M80 60L300 40L520 50" fill="none" stroke="#12436d" stroke-width="3"/>'
    '<text x="535" y="55" font-size="15" fill="#12436d">Trust 73%</text>'
    '<text x="70" y="225" font-size="14">2022/23</text><text x="280" y="225" font-size="14">2023/24</text>'
    "</svg>"
)
PICTURE = "data:image/svg+xml;base64," + base64.b64encode(SVG.encode()).decode()

CARDS = """
<div class="cards">
<section class="card held" id="suspensions"><p class="tag held">■ Held: implausible</p><h3>Suspensions, 2024/25</h3>
<p><s data-figure="suspension_rate.202425.trust.all">20.8</s></p>
<p>Nobody has confirmed it.</p></section>
<section class="card better"><p class="tag better">▲ Better than England</p><h3>Reading, writing and maths</h3>
<p>73%</p><p>11 points above England's 62%.</p></section>
</div>"""

SCALE = """
<div class="scale" role="img" aria-label="Judgement: Outstanding, the fifth of five bands">
<span>Special measures</span><span>Serious weaknesses</span><span>Requires improvement</span>
<span>Good</span><span class="on">Outstanding</span></div>"""

TABLE = """
<div class="scroll" role="region" tabindex="0" aria-label="Absence table"><table>
<caption>Absence, trust and England, per cent</caption>
<thead><tr><th scope="col">Measure</th>
<th scope="col">2022/23</th><th scope="col">2023/24</th><th scope="col">2024/25</th></tr></thead>
<tbody><tr><th scope="row">Overall absence</th>
<td>5.0 <span class="tag better">▲ clearly better</span><br><span class="soft">England 5.9</span></td>
<td>4.7 <span class="tag better">▲ clearly better</span></td>
<td><span data-figure="overall_absence_percent.202425.trust.all">4.3</span>
<span class="tag better">▲ clearly better</span></td></tr>
</tbody></table></div>
<p class="soft">▲ clearly better than England; no mark: no clear difference.</p>
<details><summary>Where these figures come from</summary><p class="soft">Attendance register by term.</p></details>"""

WORDS = """
<div class="scroll" role="region" tabindex="0" aria-label="Aims"><table class="words"><caption>Aims</caption>
<thead><tr><th scope="col">Aim</th><th scope="col">For whom</th></tr></thead>
<tbody><tr><th scope="row">Excellent</th><td>All pupils</td></tr></tbody></table></div>"""

FIGURE = f"""
<figure><figcaption>Outcomes are above England's</figcaption>
<img alt="Line chart. Outcomes of the trust over three years, ending at 73 per cent." src="{PICTURE}"></figure>
<details><summary>The figures behind this chart</summary><p>73</p></details>"""

CLAIMS = """
<h2 id="claims">What we say, and what the figures say</h2>
<div class="claim"><span class="tag better">✔ shown</span><span>"Lower than national average."
<span class="soft">8.6 against 13.0.</span></span></div>
<p><a href="#claims">Back to the claims</a></p>"""
