"""Small plants that several tests look at."""

COBALT = """
flowsheet: cobalt sulfate, washed and dried
chemistry: nmc_sulfate
feeds:
  liquor:
    role: main_feed
    price: 2 USD/kg
    temperature: 60 degC
    aqueous: {flow: 500 L/h, CoSO4: 250 g/L, MgSO4: 0.5 g/L, NiSO4: 1 g/L, Na2SO4: 5 g/L, H2SO4: 3 g/L}
  water:
    role: water
    price: 1.5 USD/m3
    aqueous: {flow: 20 kg/h, Na2SO4: 20 mg/L}
units:
  evap:
    unit: crystalliser
    inlets: {feed: [liquor, bleed.second]}
    solids: [CoSO4.7H2O]
    temperature: 30 degC
    water_evaporated: 45 %
    solid_solution: {NiSO4.7H2O: 0.5}
  spin: {unit: filter, inlets: {slurry: evap.slurry, wash: water}, cake_moisture: 4 %, occlusion: 0.002 kg/kg}
  bleed: {unit: splitter, inlets: {feed: spin.filtrate}, fraction: 10 %}
  dry: {unit: dryer, inlets: {cake: spin.cake}, temperature: 40 degC}
products:
  co: {stream: dry.product, as: CoSO4.7H2O, price: 5 USD/kg, purity: ">= 99.5 %",
       limits: {Na: 100 ppm, Ni: 1000 ppm, Mg: 20 ppm, SO4: 40 %}}
  spent: {stream: bleed.first, role: waste, price: -30 USD/t}
economics:
  operating_hours: 8000 h/y
  charges: {filter: 500 USD/m2/y, crystalliser: 900 USD/m3/y, dryer: 400 USD/m3/y, steam: 0.03 USD/kWh,
            cooling: 0.002 USD/kWh,
            effluent: 2 USD/m3}
"""
