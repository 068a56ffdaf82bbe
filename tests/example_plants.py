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

IRON_REMOVAL = """\
flowsheet: iron removal from a nickel liquor
chemistry: nmc_sulfate
feeds:
  liquor:
    role: main_feed
    temperature: 60 degC
    aqueous: {flow: 1000 L/h, H2SO4: 0.1 mol/L, NiSO4: 70 g/L, "Fe2(SO4)3": 5 g/L}
  alkali: {role: reagent, price: 0.45 USD/kg, aqueous: {flow: as needed, NaOH: 30 %}}
units:
  iron_removal:
    unit: precipitator
    inlets: {feed: liquor, reagent: alkali}
    temperature: 60 degC
    pH: 3.5
    solids: [Fe(OH)3, Ni(OH)2]
  iron_filter: {unit: filter, inlets: {slurry: iron_removal.slurry}, cake_moisture: 40 %}
products:
  nickel_liquor: {stream: iron_filter.filtrate}
  iron_cake: {stream: iron_filter.cake, role: waste}
"""

COBALT_EXTRACTION = """\
flowsheet: cobalt from nickel
chemistry: nmc_sulfate
feeds:
  liquor:
    role: main_feed
    aqueous: {flow: 100 L/h, CoSO4: 0.1 mol/L, NiSO4: 0.3 mol/L, H2SO4: 0.01 mol/L}
  caustic: {aqueous: {flow: as needed, NaOH: 20 %}}
  strip_acid: {aqueous: {flow: 20 kg/h, H2SO4: 12 %}}
units:
  sx:
    unit: solvent_extraction
    inlets: {feed: liquor, alkali: caustic, strip: strip_acid}
    extractant: cyanex272
    extractant_fraction: 20 %
    phase_ratio: 1
    pH: 5.2
    extraction_stages: 3
    scrub_stages: 0
    strip_stages: 2
    mccabe_thiele: [Co]
products:
  raffinate: {stream: sx.raffinate}
"""
